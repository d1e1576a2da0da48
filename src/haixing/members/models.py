"""Guardians, the cards they hold, consent, and the codes they show at a desk."""

from django.db import models

from haixing.lib.fields import EncryptedTextField
from haixing.lib.refs import new_ref
from haixing.members.enums import CodePurpose


class Guardian(models.Model):
    """A parent or relative. Holds personal data, sealed.

    A policyholder is known by phone. A relative who binds with the policyholder's
    code on a device of their own has no phone here: SMS go only to phones on a policy (D7).
    """

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    phone = EncryptedTextField(blank=True)
    phone_index = models.CharField(max_length=64, unique=True, null=True)
    called = EncryptedTextField(blank=True)
    """How the family calls this person: 妈妈, 奶奶…"""
    joined_at = models.DateTimeField()


class SignIn(models.Model):
    """One device on which a guardian is signed in. Revoking the row ends it at once."""

    guardian = models.ForeignKey(Guardian, on_delete=models.CASCADE, related_name="sign_ins")
    device = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class OneTimeCode(models.Model):
    """A code sent by SMS: hashed, single-use, five minutes, five tries, bound to one session.

    A row is made for every request, whether or not the phone is on a policy, so
    that a hit and a miss do the same work (promise T1). ``hash`` of a miss matches nothing.
    """

    purpose = models.CharField(max_length=10, choices=CodePurpose)
    phone_index = models.CharField(max_length=64)
    session = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField(default=5)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["session", "purpose", "-id"], name="code_by_session"),
            models.Index(fields=["phone_index", "-made_at"], name="code_by_phone"),
            models.Index(fields=["made_at"], name="code_by_age"),
        ]


class CardBinding(models.Model):
    """A guardian holds the card of a policy. Ended rows stay, so that a family can see who held it."""

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="bindings")
    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="bindings")
    is_policyholder = models.BooleanField(default=False)
    """The guardian signed in with the policyholder's own phone, and may remove the others."""
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Guardian, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["bound_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "policy"], condition=models.Q(ended_at=None), name="one_live_card_per_guardian"
            )
        ]


class Consent(models.Model):
    """What a guardian agreed to, word for word by version: separate, for a child under fourteen (PIPL 28 to 31)."""

    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="consents")
    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)


class CardCode(models.Model):
    """The code on the card's screen: lives a minute or so, works once, at one desk (promise T6)."""

    binding = models.ForeignKey(CardBinding, on_delete=models.CASCADE, related_name="codes")
    code_index = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)


class Presentation(models.Model):
    """A card was shown at a site's desk: from then, for a time, that site may see the card and bill it."""

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="presentations")
    site = models.ForeignKey("network.Site", on_delete=models.PROTECT, related_name="presentations")
    staff = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="presentations")
    binding = models.ForeignKey(CardBinding, on_delete=models.PROTECT, related_name="presentations")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["site", "policy", "-at"], name="presentation_by_site")]
