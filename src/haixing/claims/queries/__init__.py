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
from haixing.claims.queries.estimates import CareAnswer, DeskAnswer, desk_answer, preview_bill
from haixing.claims.queries.proof import Proof, prove
from haixing.claims.queries.visits import (
    BillRecord,
    NoSuchVisit,
    VisitRecord,
    VisitRow,
    visit_record,
    visits_at,
    visits_of,
)

__all__ = [
    "BenefitSummary",
    "BillRecord",
    "CareAnswer",
    "DeskAnswer",
    "FutureService",
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
    "desk_answer",
    "is_reversed",
    "preview_bill",
    "prove",
    "visit_joined_by",
    "visit_record",
    "visits_at",
    "visits_of",
]
