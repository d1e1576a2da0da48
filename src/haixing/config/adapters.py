"""What allauth asks us: who may sign up at a desk, and how a second factor's secret is kept."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from haixing.lib import secrecy
from haixing.lib.addresses import client_address


class DeskAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up at a desk: staff are hired (``accounts.commands.hire``)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth passes it
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class DeskSecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The secrets of authenticator apps and recovery codes are sealed like other private data."""

    def encrypt(self, text: str) -> str:
        return secrecy.seal(text, context="mfa.authenticator")

    def decrypt(self, encrypted_text: str) -> str:
        return secrecy.unseal(encrypted_text, context="mfa.authenticator")
