from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteClass(models.TextChoices):
    PRIVATE = "private", _("私立")
    PUBLIC = "public", _("公立")
