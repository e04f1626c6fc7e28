"""What any fact posts while it stands: the one way from what is stored of it to its double entry."""

from collections.abc import Sequence

from models.conversion import Conversion
from models.expense import Expense, Settlement
from services import conversions, costs, settlements
from services.postings import Fact, Posting


def posted(fact: Fact) -> Sequence[Posting]:
    """Nothing, once it is deleted."""
    if fact.deleted_at is not None:
        return ()
    match fact:
        case Expense():
            return [costs.posting(fact)]
        case Settlement():
            return [settlements.posting_of(fact)]
        case Conversion():
            return conversions.postings_of(fact)
