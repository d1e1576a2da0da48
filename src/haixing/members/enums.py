from django.db import models
from django.utils.translation import gettext_lazy as _


class CodePurpose(models.TextChoices):
    SIGN_IN = "sign-in", _("登录")
    BIND = "bind", _("关联保单")
