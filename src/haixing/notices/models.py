"""What we tell people. Rows are written with the change they tell of, and sent by the worker.

Below ``members`` in the map of imports: a binding or a code tells somebody in its own
transaction. The guardian here is a foreign key by name, which needs no import.
"""

from django.db import models

from haixing.lib.fields import EncryptedTextField
from haixing.notices.enums import Channel


class Message(models.Model):
    """One message to one person. Holds personal data: the address and the text are sealed."""

    channel = models.CharField(max_length=10, choices=Channel)
    to = EncryptedTextField(blank=True)
    """A phone (SMS)."""
    guardian = models.ForeignKey(
        "members.Guardian", null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    """The reader of a message in the card."""
    template = models.CharField(max_length=40)
    text = EncryptedTextField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    not_after = models.DateTimeField(null=True, blank=True)
    """A message that is useless later (a one-time code) is not sent later."""
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    """When the next attempt may begin (null: at once). Moved on before each, so that two workers never share one."""
    failed_because = models.CharField(max_length=120, blank=True)
    """The kind of the last failure, without the provider's words: they may repeat the phone."""
    is_decoy = models.BooleanField(default=False)
    """Written so that a phone we do not know costs the same work; goes nowhere, and the worker deletes it (T1)."""

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["guardian", "-id"], name="message_by_guardian"),
            models.Index(fields=["channel", "-id"], name="message_by_channel"),
        ]
