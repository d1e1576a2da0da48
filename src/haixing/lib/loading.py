"""How the loading commands speak: what was kept on one line, what was not on one line each."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from haixing.lib.rows import Loaded


def tell(command: BaseCommand, loaded: Loaded, *, title: str = "") -> None:
    """Print what loading did. Raises CommandError (exit 1) when a row was bad; the good ones are kept."""
    show(command, loaded, title=title)
    if loaded.problems:
        raise CommandError(_("有 %(count)d 处有误，已列在上面；其余都已收下。") % {"count": len(loaded.problems)})


def show(command: BaseCommand, loaded: Loaded, *, title: str = "") -> None:
    """Print what loading did, problems and remarks to the error stream."""
    for problem in loaded.problems:
        command.stderr.write(command.style.ERROR(str(problem)))
    for remark in loaded.remarks:
        command.stderr.write(command.style.WARNING(str(remark)))
    command.stdout.write(f"{title}: {loaded}" if title else str(loaded))
