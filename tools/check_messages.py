"""Every visible text has its English: part of `make check`.

Collects the texts of the sources into a copy of the catalogue, so that the working tree stays
as it was, and reports what is missing, empty, doubtful (fuzzy) or no longer used in locale/en.
Needs gettext's programs. Exit status: 0 complete; 1 texts to translate; 2 gettext is missing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
_SHOWN = 25


def main() -> int:
    """Compare the sources with the English catalogue."""
    if shutil.which("xgettext") is None or shutil.which("msgmerge") is None:
        print("check_messages: gettext is not installed. Debian: apt-get install gettext. macOS: brew install gettext")
        return 2
    with tempfile.TemporaryDirectory(prefix="haixing-messages-") as folder:
        problems = _problems(_collected(Path(folder)))
    for problem in problems[:_SHOWN]:
        print(problem)
    if len(problems) > _SHOWN:
        print(f"… and {len(problems) - _SHOWN} more")
    if problems:
        print(f"check_messages: {len(problems)} texts. Run `make messages`, then write the English in {CATALOGUE}")
    return 1 if problems else 0


def _collected(folder: Path) -> Catalog:
    """Return the catalogue as `make messages` would leave it, made in ``folder``."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "static"))
    if (ROOT / "locale").exists():
        shutil.copytree(ROOT / "locale", folder / "locale")
    (folder / CATALOGUE.parent).mkdir(parents=True, exist_ok=True)
    subprocess.run(  # the command is ours, and its arguments are literal
        [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location", "--verbosity", "0"],
        cwd=folder,
        # Without settings the command keeps to the folder it stands in.
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        check=True,
    )
    with (folder / CATALOGUE).open("rb") as file:
        return read_po(file)


def _problems(catalogue: Catalog) -> list[str]:
    problems = []
    for message in catalogue:
        if not message.id:
            continue
        written = message.string if isinstance(message.string, list | tuple) else (message.string,)
        text = message.id if isinstance(message.id, str) else message.id[0]
        if message.fuzzy:
            problems.append(f"doubtful: {text!r} -> {message.string!r}")
        elif not all(written):
            problems.append(f"missing: {text!r}")
    problems.extend(f"no longer used: {entry!r}" for entry in catalogue.obsolete)
    return problems


if __name__ == "__main__":
    sys.exit(main())
