"""The plan language: a text file that an actuary can read, as values that the engine can use."""

from benefits.terms.plan import Plan
from benefits.terms.reading import read_plan

__all__ = ["Plan", "read_plan"]
