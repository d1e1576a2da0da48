from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """As in the ``adjudicate`` contract."""

    PAID = "paid", _("已赔付")
    NOT_COVERED = "not-covered", _("不在保障范围")
    REVIEW = "review", _("待人工审核")
    REVERSED = "reversed", _("已冲正")
