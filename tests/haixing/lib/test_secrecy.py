import hashlib

import pytest
from pytest_django import Settings

from haixing.lib import secrecy


@pytest.fixture(autouse=True)
def _two_keys(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = {"k2": "the newer secret", "k1": "the older secret"}


def test_what_was_sealed_opens_again() -> None:
    for plain in ("林小满", "𠮷田", "a", "长" * 5_000, "\u0000"):
        assert secrecy.unseal(secrecy.seal(plain, context="a.b"), context="a.b") == plain


def test_the_same_text_is_sealed_differently_every_time() -> None:
    sealed = {secrecy.seal("林小满", context="a.b") for _ in range(50)}

    assert len(sealed) == 50
    assert all("林小满" not in text for text in sealed)


def test_the_first_key_seals_and_the_older_one_still_opens(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = {"k1": "the older secret"}
    old = secrecy.seal("林小满", context="a.b")

    settings.ENCRYPTION_KEYS = {"k2": "the newer secret", "k1": "the older secret"}
    new = secrecy.seal("林小满", context="a.b")

    assert (old[:3], new[:3]) == ("k1:", "k2:")
    assert secrecy.unseal(old, context="a.b") == secrecy.unseal(new, context="a.b") == "林小满"


def test_a_secret_changed_under_the_same_id_does_not_open_old_values(settings: Settings) -> None:
    sealed = secrecy.seal("林小满", context="a.b")

    settings.ENCRYPTION_KEYS = {"k2": "another secret"}

    with pytest.raises(secrecy.UnreadableSecret):
        secrecy.unseal(sealed, context="a.b")


def test_a_key_that_was_dropped_is_named(settings: Settings) -> None:
    sealed = secrecy.seal("林小满", context="a.b")

    settings.ENCRYPTION_KEYS = {"k3": "the newest secret"}

    with pytest.raises(secrecy.UnreadableSecret, match="'k2', which ENCRYPTION_KEYS no longer lists"):
        secrecy.unseal(sealed, context="a.b")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    sealed = secrecy.seal("+8613800000001", context="members.guardian.phone")

    with pytest.raises(secrecy.UnreadableSecret, match="moved here"):
        secrecy.unseal(sealed, context="members.guardian.called")


@pytest.mark.parametrize("broken", ["k2:", "k2:AAAA", "k2:not base64!", "k2:QUJD", "k2"])
def test_garbage_is_unreadable_and_not_a_crash(broken: str) -> None:
    with pytest.raises(secrecy.UnreadableSecret):
        secrecy.unseal(broken, context="a.b")


def test_every_flipped_bit_is_noticed() -> None:
    sealed = secrecy.seal("林小满", context="a.b")

    for place in range(3, len(sealed)):
        other = "A" if sealed[place] != "A" else "B"
        if sealed[place] == "=" or sealed[place + 1 : place + 2] == "=":
            continue  # padding carries no bits of the value
        with pytest.raises(secrecy.UnreadableSecret):
            secrecy.unseal(sealed[:place] + other + sealed[place + 1 :], context="a.b")


def test_an_index_finds_equal_values_of_one_purpose_and_is_no_plain_hash() -> None:
    index = secrecy.blind_index("+8613800000001", purpose="phone")

    assert index == secrecy.blind_index("+8613800000001", purpose="phone")
    assert index != secrecy.blind_index("+8613800000001", purpose="name")
    assert index != hashlib.sha256(b"+8613800000001").hexdigest()
    assert len(index) == 64


def test_a_signature_is_not_an_index() -> None:
    assert secrecy.sign("x", purpose="p").hex() != secrecy.blind_index("x", purpose="p")
