"""The import contracts know every folder of the house."""

import configparser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOORS = {"card", "clinic", "ui"}
TOP_AND_BOTTOM = {"console", "config", "lib"}


def contract(name: str) -> configparser.SectionProxy:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    return contracts[f"importlinter:contract:{name}"]


def folders() -> set[str]:
    return {path.parent.name for path in (ROOT / "src" / "haixing").glob("*/__init__.py")}


def test_the_rooms_contract_covers_exactly_the_areas() -> None:
    covered = {name.removeprefix("haixing.") for name in contract("rooms")["containers"].split()}

    assert covered == folders() - DOORS - TOP_AND_BOTTOM


def test_an_area_is_a_folder_with_tables() -> None:
    with_tables = {path.parent.name for path in (ROOT / "src" / "haixing").glob("*/models.py")}

    assert with_tables == folders() - DOORS - TOP_AND_BOTTOM


def test_a_door_has_no_tables_and_has_addresses() -> None:
    assert {door for door in DOORS if (ROOT / "src" / "haixing" / door / "models.py").exists()} == set()
    assert {door for door in DOORS - {"ui"} if (ROOT / "src" / "haixing" / door / "urls.py").exists()} == DOORS - {"ui"}
