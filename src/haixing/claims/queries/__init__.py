"""What pages and commands may ask about claims."""

from haixing.claims.queries.benefits import BenefitSummary, Sentence, WaitLine, benefits_of
from haixing.claims.queries.billing import (
    FutureService,
    NoContract,
    OutsideThePolicy,
    bills_of_visit,
    check_day,
    contract_for,
    is_reversed,
    visit_joined_by,
)
from haixing.claims.queries.departments import Department, departments_of
from haixing.claims.queries.estimates import (
    CareAnswer,
    Change,
    DeskAnswer,
    Estimate,
    LaterTier,
    desk_answer,
    estimates_at,
    estimates_of_cares,
    preview_bill,
)
from haixing.claims.queries.proof import Proof, prove
from haixing.claims.queries.visits import (
    BillRecord,
    NoSuchVisit,
    VisitRecord,
    VisitRow,
    count_visits_of,
    visit_record,
    visits_at,
    visits_of,
)

__all__ = [
    "BenefitSummary",
    "BillRecord",
    "CareAnswer",
    "Change",
    "Department",
    "DeskAnswer",
    "Estimate",
    "FutureService",
    "LaterTier",
    "NoContract",
    "NoSuchVisit",
    "OutsideThePolicy",
    "Proof",
    "Sentence",
    "VisitRecord",
    "VisitRow",
    "WaitLine",
    "benefits_of",
    "bills_of_visit",
    "check_day",
    "contract_for",
    "count_visits_of",
    "departments_of",
    "desk_answer",
    "estimates_at",
    "estimates_of_cares",
    "is_reversed",
    "preview_bill",
    "prove",
    "visit_joined_by",
    "visit_record",
    "visits_at",
    "visits_of",
]
