"""Every visible text speaks both languages: part of `make check`.

Our texts are Chinese in the sources and English in locale/en. Collects them into a copy of that
catalogue, so that the working tree stays as it was, and reports what is missing, empty, doubtful
(fuzzy) or no longer used. What is in English in the sources, ours or that of the packages whose
words our pages show, needs Chinese: theirs, or ours in locale/zh_Hans.
Needs gettext's programs. Exit status: 0 complete; 1 texts to translate; 2 gettext is missing.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = Path("locale/en/LC_MESSAGES/django.po")
CHINESE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
# Whose words reach a page: forms, validators, signing in, the lockout. There is no admin site.
BORROWED = {
    "django": ("forms", "core/validators.py", "db/models", "contrib/auth", "contrib/messages"),
    "allauth": ("account", "mfa", "core", "templates/account/messages", "templates/mfa/messages"),
    "axes": ("conf.py",),
}
# Said by a ModelForm only, which no page has, and its Chinese is missing in Django too.
UNHEARD = {"%(model)s instance with %(field)s %(value)r is not a valid choice."}
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_SHOWN = 25


def main() -> int:
    """Compare the sources with both catalogues."""
    if shutil.which("xgettext") is None or shutil.which("msgmerge") is None:
        print("check_messages: gettext is not installed. Debian: apt-get install gettext. macOS: brew install gettext")
        return 2
    with tempfile.TemporaryDirectory(prefix="haixing-messages-") as folder:
        collected = _collected(Path(folder))
    problems = [*_lacking_english(collected), *_lacking_chinese(collected)]
    for problem in problems[:_SHOWN]:
        print(problem)
    if len(problems) > _SHOWN:
        print(f"… and {len(problems) - _SHOWN} more")
    if problems:
        print(f"check_messages: {len(problems)} texts. Run `make messages`, then write what is missing")
    return 1 if problems else 0


def _collected(folder: Path) -> Catalog:
    """Return the English catalogue as `make messages` would leave it, made in ``folder``."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "static"))
    if (ROOT / "locale").exists():
        shutil.copytree(ROOT / "locale", folder / "locale")
    (folder / ENGLISH.parent).mkdir(parents=True, exist_ok=True)
    subprocess.run(  # the command is ours, and its arguments are literal
        [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location", "--verbosity", "0"],
        cwd=folder,
        # Without settings the command keeps to the folder it stands in.
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        check=True,
    )
    return _read(folder / ENGLISH)


def _lacking_english(collected: Catalog) -> Iterator[str]:
    for message in _messages(collected):
        if message.fuzzy:
            yield f"{ENGLISH}: doubtful: {_text(message)!r} -> {message.string!r}"
        elif not all(_written(message)):
            yield f"{ENGLISH}: missing: {_text(message)!r}"
    yield from (f"{ENGLISH}: no longer used: {entry!r}" for entry in collected.obsolete)


def _lacking_chinese(collected: Catalog) -> Iterator[str]:
    """Say which English of the sources, ours or borrowed, a Chinese reader would see as it is."""
    borrowed, lacking = _borrowed()
    wanted = {_text(message) for message in _messages(collected)} | (lacking - UNHEARD)
    wanted = {text for text in wanted if _LATIN.search(text) and not _HAN.search(text)}
    ours = list(_messages(_read(ROOT / CHINESE)))
    for message in ours:
        if message.fuzzy or not all(_HAN.search(written) for written in _written(message)):
            yield f"{CHINESE}: not in Chinese: {_text(message)!r}"
        elif _text(message) not in wanted | borrowed:
            yield f"{CHINESE}: no longer used: {_text(message)!r}"
    yield from (f"{CHINESE}: missing: {text!r}" for text in sorted(wanted - {_text(message) for message in ours}))


def _borrowed() -> tuple[set[str], set[str]]:
    """The texts of other packages' pages, and those of them that have no Chinese of their own."""
    texts: set[str] = set()
    lacking: set[str] = set()
    for package, places in BORROWED.items():
        home = Path(str(import_module(package).__file__)).parent
        shipped = {
            _text(message)
            for file in home.rglob("locale/zh_Hans/LC_MESSAGES/django.po")
            for message in _messages(_read(file))
            if not message.fuzzy and all(_written(message))
        }
        spoken = {text for place in places for text in _spoken(home / place)}
        texts |= spoken
        lacking |= spoken - shipped
    return texts, lacking


def _spoken(place: Path) -> Iterator[str]:
    """Every text that a file, or the Python and templates of a folder, mark for translation."""
    for file in [place] if place.is_file() else sorted([*place.rglob("*.py"), *place.rglob("*.txt")]):
        if {"tests", "management", "migrations"} & set(file.parts):
            continue
        source = file.read_text(encoding="utf-8")
        code = source if file.suffix == ".py" else templatize(source)
        for _line, found, _comments, _context in extract("python", io.BytesIO(code.encode()), keywords=_KEYWORDS):
            text = found if isinstance(found, str) else found[0]
            if text:
                yield text


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _text(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _written(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


if __name__ == "__main__":
    sys.exit(main())
