"""Everything an operator may set is explained to operators."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_docs_explain_exactly_the_settings_that_are_read() -> None:
    source = (ROOT / "src/haixing/config/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"(?:env(?:\.\w+)?|secret)\(\s*\"([A-Z_]+)\"", source))
    table = (ROOT / "docs/operations.md").read_text(encoding="utf-8").split("## Settings")[1].split("## Behind")[0]
    explained = set(re.findall(r"`([A-Z_]{4,})`", table))

    assert explained == read
