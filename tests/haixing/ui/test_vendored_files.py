"""What was copied from packages lies here unchanged, with its licence, and nothing that is not used."""

import hashlib
import re
from pathlib import Path

import pytest

import haixing

SOURCE = Path(haixing.__path__[0])
VENDOR = SOURCE / "ui" / "static" / "vendor"
FOLDERS = sorted(path for path in VENDOR.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_vendored_folder_is_what_its_sums_say(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    stated = {name: digest for digest, name in (line.split("  ") for line in lines)}

    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}

    assert found.keys() - stated.keys() == {"SHA256SUMS", "VERSION"}
    assert {name: found[name] for name in stated} == stated
    assert "LICENSE" in stated


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_vendored_file_names_no_map_that_is_not_shipped(folder: Path) -> None:
    assert [path.name for path in folder.iterdir() if b"sourceMappingURL" in path.read_bytes()] == []


def test_every_icon_that_a_page_draws_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "tabler-icons" / "icons.svg").read_text()))
    pages = SOURCE.glob("*/templates/**/*.html")

    drawn = {name for page in pages for name in re.findall(r'{%\s*icon ["\']([\w-]+)["\']', page.read_text())}

    assert drawn - sprite == set()
