"""Files that arrive broken: whatever is in them, every loader answers in sentences and keeps the good rows."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from haixing.lib.rows import Loaded
from haixing.network import commands as network
from haixing.policies import commands as policies
from tests import cast

SAMPLE = Path(__file__).parents[3] / "sample"
LOADERS: dict[str, Callable[..., Loaded]] = {
    "policies.csv": policies.load_policies,
    "insurers.yaml": policies.load_insurers,
    "network.yaml": network.load_sites,
    "staff.yaml": network.load_staff,
}
SPLINTERS = [
    *(
        b'"',
        b",",
        b"\n",
        b"\0",
        b"[",
        b"{",
        b"&a ",
        b"*a",
        b"!!x ",
        b"- ",
        b": ",
        b"\\ud800",
        b"null",
        b"true",
        b".nan",
    ),
    *(b"2021-13-01", b"9999-12-31", b"0001-01-01 00:00", b"today+99999d", b"1.1E+21", b"\xff", b"\xef\xbb\xbf"),
    *("😀".encode(), "１２".encode(), "会员号".encode("gbk"), b"x" * 500),
]


def broken(content: bytes, chance: random.Random) -> bytes:
    """Return ``content`` with splinters in it, pieces missing, pieces twice, or its end cut off."""
    shards = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(shards))
        kind = chance.randrange(4)
        if kind == 0:
            shards[at : at + chance.randint(0, 6)] = chance.choice(SPLINTERS)
        elif kind == 1:
            shards[at] = chance.randrange(256)
        elif kind == 2:
            del shards[at : at + chance.randint(1, 40)]
        else:
            shards[at:at] = shards[-chance.randint(1, 60) :]
    return bytes(shards[: chance.randrange(len(shards))] if chance.random() < 0.1 else shards)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LOADERS)
def test_a_broken_file_is_answered_in_sentences(tmp_path: Path, name: str) -> None:
    for code in cast.ALL_PLANS:
        cast.plan_version(code)
    cast.insurer()
    whole = (SAMPLE / name).read_bytes()[:4000]
    chance = random.Random(name)

    for _ in range(40):
        path = tmp_path / name
        path.write_bytes(broken(whole, chance))

        loaded = LOADERS[name](path=path, now=cast.NOW)

        assert all(str(problem).startswith(f"{name}:") for problem in loaded.problems)
