"""Insurers' rows as values (``records``), and names and phones in their normal form (``names``)."""

from haixing.policies.facts.records import (
    INSURER_KEYS,
    POLICY_COLUMNS,
    POLICY_EXTRAS,
    InsurerRecord,
    PolicyRecord,
    read_insurer,
    read_policy,
    remarks_on,
)

__all__ = [
    "INSURER_KEYS",
    "POLICY_COLUMNS",
    "POLICY_EXTRAS",
    "InsurerRecord",
    "PolicyRecord",
    "read_insurer",
    "read_policy",
    "remarks_on",
]
