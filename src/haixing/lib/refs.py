"""Random references: what addresses and receipts show instead of a row number.

A reference is not a secret and opens nothing by itself; it only keeps row
numbers, which would tell how many families or visits there are, out of sight.
"""

import secrets

# Crockford's base 32: no I, L, O or U, so that a reference survives being read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ref() -> str:
    """Return twelve random characters (60 bits)."""
    return random_code(12)


def random_code(length: int) -> str:
    """Return ``length`` characters of ALPHABET from the system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def tidy_code(typed: str) -> str:
    """Return a code as it was meant: upper case, no spaces or dashes, O as 0, I and L as 1."""
    kept = (character for character in typed.upper() if character not in " -·—_\u3000")
    return "".join({"O": "0", "I": "1", "L": "1"}.get(character, character) for character in kept)
