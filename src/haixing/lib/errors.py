"""What a command says when it will not do what was asked.

    Refused                 the base: a sentence fit to show at the counter, and a code for machines
    └── TooManyTries        the same, with the seconds after which trying again may help

Each command defines its own subclasses beside the function that raises them. A door
catches ``Refused``, shows its sentence, and answers with the subclass's ``status``.
"""

from typing import ClassVar

from django.utils.functional import Promise


class Refused(Exception):
    """An act was refused, for a reason that the person in front of the screen can act on.

    The message is a translated sentence: what happened, why, and what to do next.
    It may name the person asking, so doors show it and logs keep only ``code``.
    """

    code: ClassVar[str] = "refused"
    """Kebab-case, stable: what logs, tests and machines compare."""
    status: ClassVar[int] = 422
    """The HTTP status a door answers with, unless it redraws a form."""

    def __init__(self, sentence: str | Promise = "") -> None:
        super().__init__(sentence)

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language: a lazy translation is resolved when it is shown."""
        return str(self.args[0])

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        """Return the code alone: a traceback may end up in a log, and the sentence may be personal."""
        return f"<{type(self).__name__} {self.code}>"


class TooManyTries(Refused):
    """A limit on trying was reached. ``retry_after`` says in how many seconds trying again may help."""

    code = "too-many-tries"
    status = 429

    def __init__(self, sentence: str | Promise = "", *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
