"""Visits, the bills of a visit, and how each was decided."""

from django.db import models
from django.db.models import F, Q

from haixing.claims.enums import Outcome
from haixing.lib.fields import EncryptedJSONField, EncryptedTextField
from haixing.lib.refs import new_ref


class Visit(models.Model):
    """就诊: one child at one site on one day for one kind of care (reading A4). Amounts in fen, over all its bills.

    An admission is a visit of its own for each bill: only outpatient and emergency bills join.
    """

    JOINING_CARES = ("outpatient", "emergency")

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    account = models.ForeignKey("ledger.Account", null=True, on_delete=models.PROTECT, related_name="visits")
    """Null where the plan has no benefit for this kind of care."""
    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="visits")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="visits")
    day = models.DateField()
    care = models.CharField(max_length=20)
    ordinal = models.PositiveIntegerField(null=True)
    """The slot it holds on the visit counter; null while the plan pays nothing for it (reading A3)."""
    outcome = models.CharField(max_length=12, choices=Outcome)
    billed_fen = models.BigIntegerField(default=0)
    eligible_fen = models.BigIntegerField(default=0)
    plan_fen = models.BigIntegerField(default=0)
    member_fen = models.BigIntegerField(default=0)
    deductible_fen = models.BigIntegerField(default=0)
    standing = EncryptedJSONField(default=dict)
    """What its joined bills stand for together, from which a further bill or a reversal is decided (see ``facts``)."""

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "ordinal"], name="an_ordinal_is_taken_once"),
            models.UniqueConstraint(
                fields=["policy", "site", "day", "care"],
                condition=Q(care__in=["emergency", "outpatient"]),
                name="bills_of_a_day_are_one_visit",
            ),
            models.CheckConstraint(
                condition=Q(plan_fen__gte=0) & Q(member_fen__gte=0) & Q(deductible_fen__gte=0),
                name="shares_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(outcome="review") | Q(billed_fen=F("plan_fen") + F("member_fen")),
                name="shares_sum_to_the_bill",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-day"], name="visit_by_site"),
            models.Index(fields=["policy", "-day"], name="visit_by_policy"),
        ]


class Bill(models.Model):
    """账单 as a desk sent it and as it was decided. Holds medical text: lines and decision are sealed."""

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="bills")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="bills")
    staff = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="bills")
    key = models.CharField(max_length=64)
    """The idempotency key, made by the page before its first try."""
    body_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    billed_fen = models.BigIntegerField()
    plan_fen = models.BigIntegerField(null=True)
    member_fen = models.BigIntegerField(null=True)
    lines = EncryptedJSONField()
    """The lines as entered, names included."""
    facts = EncryptedJSONField()
    """The engine's input in the words of the ``adjudicate`` contract, so that the decision can be replayed."""
    decision = EncryptedJSONField()
    """The answer in the words of the ``adjudicate`` contract; the same for the same key forever."""

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="one_bill_per_site_and_key")]


class Reversal(models.Model):
    """冲正: a bill undone, with its reason. The bill's own row stays as it was."""

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, related_name="reversal")
    staff = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="reversals")
    reason = EncryptedTextField()
    at = models.DateTimeField()
    plan_fen = models.BigIntegerField()
    """The change in what the plan pays: zero or negative."""
    decision = EncryptedJSONField()
