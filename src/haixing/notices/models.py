"""What we tell people. Rows are written with the change they tell of, and sent by the worker."""

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
    failed_because = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-id"]
