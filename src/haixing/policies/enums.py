from django.db import models
from django.utils.translation import gettext_lazy as _


class Gender(models.TextChoices):
    BOY = "M", _("男")
    GIRL = "F", _("女")
