"""Who had what of a receipt, said line by line by everyone who was there, while all look on. Pure."""

from domain.claiming.closing import Closing, Unclaimed
from domain.claiming.offer import (
    NOBODY,
    NOBODYS,
    Claimable,
    Claims,
    NewClaiming,
    NoSuchLine,
    NothingToClaim,
    Offer,
    OverClaimed,
    PartsOutOfRange,
    RemainderTooFine,
    restored,
    stored,
)
from domain.claiming.reading import as_read
from domain.claiming.rights import NotYoursToClaim, require_may_claim_for, require_may_end

__all__ = [
    "NOBODY",
    "NOBODYS",
    "Claimable",
    "Claims",
    "Closing",
    "NewClaiming",
    "NoSuchLine",
    "NotYoursToClaim",
    "NothingToClaim",
    "Offer",
    "OverClaimed",
    "PartsOutOfRange",
    "RemainderTooFine",
    "Unclaimed",
    "as_read",
    "require_may_claim_for",
    "require_may_end",
    "restored",
    "stored",
]
