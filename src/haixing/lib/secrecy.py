"""Encryption of personal data at rest, and the blind index that finds it again.

Values are sealed with AES-256-GCM. The sealed text is ``key-id:base64(nonce + ciphertext)``,
so keys can be rotated while old rows stay readable; the name of the column is
authenticated with it, so a value copied into another column no longer opens.
An index is a keyed hash: equal values have equal indexes, and nothing else shows.
"""

import base64
import functools
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


class UnreadableSecret(Exception):
    """A sealed value does not open: the key is gone, or the value was altered or moved."""


def seal(plain: str, *, context: str) -> str:
    """Encrypt ``plain`` for the column named by ``context`` with the newest key."""
    key_id = next(iter(settings.ENCRYPTION_KEYS))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(key_id).encrypt(nonce, plain.encode(), context.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, context: str) -> str:
    """Decrypt what ``seal`` made. Raises UnreadableSecret."""
    key_id, _, body = sealed.partition(":")
    if key_id not in settings.ENCRYPTION_KEYS:
        raise UnreadableSecret(f"{context} was sealed with the key {key_id!r}, which ENCRYPTION_KEYS no longer lists")
    try:
        raw = base64.b64decode(body, validate=True)
        return _cipher(key_id).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise UnreadableSecret(f"{context} was altered, or moved here from another column") from error


def blind_index(value: str, *, purpose: str) -> str:
    """Return the keyed hash under which ``value`` can be looked up (64 hexadecimal digits)."""
    return hmac.new(_index_key(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def sign(message: str, *, purpose: str) -> bytes:
    """Return the 32-byte signature of ``message`` for one purpose."""
    return hmac.new(_index_key(), f"sign:{purpose}\0{message}".encode(), hashlib.sha256).digest()


def _cipher(key_id: str) -> AESGCM:
    return _cipher_of(settings.ENCRYPTION_KEYS[key_id])


@functools.lru_cache(maxsize=16)
def _cipher_of(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(secret.encode()).digest())


def _index_key() -> bytes:
    return _index_key_of(settings.INDEX_KEY)


@functools.lru_cache(maxsize=16)
def _index_key_of(secret: str) -> bytes:
    return hashlib.sha256(b"index:" + secret.encode()).digest()
