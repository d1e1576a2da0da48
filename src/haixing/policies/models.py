"""Insurers, published plan versions, insured children and their policies."""

import datetime

from django.db import models

from haixing.lib.fields import EncryptedTextField
from haixing.lib.refs import new_ref
from haixing.policies.enums import Gender

BINDING_OPENS_AFTER = datetime.timedelta(hours=24)
"""成功支付保单“24小时后” (manual, chapter 1; domain 1.4 ``activation``)."""


class Insurer(models.Model):
    """Who carries the risk. Hotlines are settings of the insurer: never the manual's real numbers."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    hotline = models.CharField(max_length=30)
    hotline_hours = models.CharField(max_length=60, blank=True)
    email = models.EmailField()
    provider_hotline = models.CharField(max_length=30)
    provider_email = models.EmailField()

    def __str__(self) -> str:
        return self.name


class PlanVersion(models.Model):
    """A plan's text as published: immutable, and published only when its cases passed."""

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    text = models.TextField()
    cases = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_row_per_plan_version"),
            models.UniqueConstraint(fields=["code", "sha256"], name="a_text_is_published_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Child(models.Model):
    """被保险人. Holds personal data: the name is sealed, and indexed in its normalised form."""

    name = EncryptedTextField()
    name_index = models.CharField(max_length=64, db_index=True)
    gender = models.CharField(max_length=1, choices=Gender)
    born = models.DateField()


class Policy(models.Model):
    """保单. ``effective`` and ``expires`` are both inclusive, exactly as issued and never recomputed (C11)."""

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    member_number = models.CharField(max_length=40, unique=True)
    """会员号: opaque text."""
    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="policies")
    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="policies")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="policies")
    printed_plan_name = models.CharField(max_length=120)
    """保险计划 as the insurer prints it on the card."""
    phone = EncryptedTextField()
    """The policyholder's phone (投保时手机号), as E.164 text."""
    phone_index = models.CharField(max_length=64, db_index=True)
    paid_at = models.DateTimeField()
    effective = models.DateField()
    expires = models.DateField()
    first_effective = models.DateField()
    """Start of continuous cover; waiting periods count from here."""
    ended_on = models.DateField(null=True, blank=True)
    """The last covered day of a policy that was ended early."""

    class Meta:
        ordering = ["-effective", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(expires__gte=models.F("effective")), name="policy_has_days"),
            models.CheckConstraint(
                condition=models.Q(first_effective__lte=models.F("effective")), name="cover_starts_by_the_effective_day"
            ),
        ]

    @property
    def bindable_from(self) -> datetime.datetime:
        """The moment from which the card can be bound."""
        return self.paid_at + BINDING_OPENS_AFTER

    @property
    def last_day(self) -> datetime.date:
        """The last covered day (inclusive)."""
        return min(self.expires, self.ended_on) if self.ended_on else self.expires
