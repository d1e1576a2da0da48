"""Doses as families record them. Schedules and vaccines are files: see ``facts.schedules``."""

from django.db import models

from haixing.lib.fields import EncryptedTextField
from haixing.lib.refs import new_ref


class Dose(models.Model):
    """A dose that a family wrote down. Holds personal data: health data of a child, the place sealed.

    It stays when it is taken back, so that the audit trail's references keep their meaning.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    child = models.ForeignKey("policies.Child", on_delete=models.PROTECT, related_name="doses")
    vaccine = models.CharField(max_length=20)
    """A code of ``schedules/vaccines.yaml``."""
    day = models.DateField()
    place = EncryptedTextField(blank=True)
    recorded_by = models.ForeignKey("members.Guardian", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    removed_by = models.ForeignKey(
        "members.Guardian", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "vaccine", "day"],
                condition=models.Q(removed_at=None),
                name="a_vaccine_is_given_once_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None, removed_by=None)
                | models.Q(removed_at__isnull=False, removed_by__isnull=False),
                name="a_dose_is_taken_back_by_someone",
            ),
        ]
