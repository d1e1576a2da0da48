"""Several people act at the same moment, each over a connection of their own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run all calls at once, and return what each returned, or the exception it raised, in the same order.

    Needs ``transactional_db``: other connections see committed rows only.
    """
    from django.db import connections

    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait(timeout=30)
        try:
            answers[place] = call()
        except Exception as error:  # noqa: BLE001  # an exception is an answer here
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def kinds_of(answers: Sequence[Any]) -> list[str]:
    """Return the class names of answers, sorted: what a race is compared by."""
    return sorted(type(answer).__name__ for answer in answers)
