"""Every write about guardians and their cards, split by noun.

one_time_codes   request_code; how a typed code is judged
sign_ins         sign_in, sign_out
cards            bind_card, end_binding
card_codes       show_code, redeem_code
pruning          forget_old_codes
"""

from haixing.members.commands.card_codes import (
    CardCodeRefused,
    CodeAlreadyUsed,
    CodeExpired,
    CodeUnreadable,
    NotYourDesk,
    ShownCode,
    redeem_code,
    show_code,
)
from haixing.members.commands.cards import (
    Bound,
    ConsentMissing,
    NameUnreadable,
    NoSuchCard,
    TooManyHolders,
    bind_card,
    end_binding,
)
from haixing.members.commands.one_time_codes import WrongCode, request_code
from haixing.members.commands.pruning import forget_old_codes
from haixing.members.commands.sign_ins import sign_in, sign_out

__all__ = [
    "Bound",
    "CardCodeRefused",
    "CodeAlreadyUsed",
    "CodeExpired",
    "CodeUnreadable",
    "ConsentMissing",
    "NameUnreadable",
    "NoSuchCard",
    "NotYourDesk",
    "ShownCode",
    "TooManyHolders",
    "WrongCode",
    "bind_card",
    "end_binding",
    "forget_old_codes",
    "redeem_code",
    "request_code",
    "show_code",
    "sign_in",
    "sign_out",
]
