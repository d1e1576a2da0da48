"""The engine: facts, terms and usage in; a decision with its reasons out."""

from benefits.adjudication._pipeline import STEPS, adjudicate
from benefits.adjudication.decision import NOT_COVERED, PAID, REVIEW, Decision, Ground, Move
from benefits.adjudication.facts import Line, Site, Usage, Visit
from benefits.adjudication.posting import (
    NOTHING,
    Answer,
    Posting,
    Standing,
    Tally,
    decide_bill,
    decide_reversal,
    join,
    post,
    sum_moves,
)

__all__ = [
    "NOTHING",
    "NOT_COVERED",
    "PAID",
    "REVIEW",
    "STEPS",
    "Answer",
    "Decision",
    "Ground",
    "Line",
    "Move",
    "Posting",
    "Site",
    "Standing",
    "Tally",
    "Usage",
    "Visit",
    "adjudicate",
    "decide_bill",
    "decide_reversal",
    "join",
    "post",
    "sum_moves",
]
