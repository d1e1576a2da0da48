from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteClass(models.TextChoices):
    PRIVATE = "private", _("私立")
    PUBLIC = "public", _("公立")


class HoursOf(models.TextChoices):
    """The services whose opening hours a site prints."""

    OUTPATIENT = "outpatient", _("门诊")
    EMERGENCY = "emergency", _("急诊")
    NIGHT = "night", _("夜门诊")
    VACCINATION = "vaccination", _("疫苗接种")


class HoursStatus(models.TextChoices):
    """How much of the printed hours was read: see ``lib.chinese_hours``."""

    READ = "read", _("已识别")
    PARTLY = "partly", _("部分识别")
    UNREAD = "unread", _("未识别")
    EMPTY = "empty", _("没有填写")
