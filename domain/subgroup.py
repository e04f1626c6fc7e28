"""Members who settle as one, such as a couple or a family. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain import text
from domain.errors import Conflict, Invalid

_FEWEST = 2


class TooFewMembers(Invalid):
    code = "TOO_FEW_MEMBERS"


class MemberNamedTwice(Invalid):
    code = "MEMBER_NAMED_TWICE"


class PayerNotAmongThem(Invalid):
    code = "PAYER_NOT_AMONG_THEM"


class InAnotherSubgroup(Conflict):
    code = "IN_ANOTHER_SUBGROUP"


class SubgroupDissolved(Conflict):
    code = "SUBGROUP_DISSOLVED"


@dataclass(frozen=True, slots=True)
class NewSubgroup:
    """`payer_id` pays and is paid for all of them; None: the first one."""

    id: UUID
    ledger_id: UUID
    name: str
    member_ids: Sequence[UUID]
    payer_id: UUID | None = None

    def checked(self) -> "NewSubgroup":
        """Itself with a clean name and a payer. Refuses: see `domain.text`, `together` and `payer_among`."""
        member_ids = together(self.member_ids)
        return replace(
            self,
            name=text.required(self.name, "name"),
            member_ids=member_ids,
            payer_id=payer_among(member_ids, self.payer_id or member_ids[0]),
        )


@dataclass(frozen=True, slots=True)
class SubgroupChanges:
    """What an edit changes; None leaves a field as it is."""

    name: str | None = None
    member_ids: Sequence[UUID] | None = None
    payer_id: UUID | None = None


def together(member_ids: Sequence[UUID]) -> list[UUID]:
    """Themselves. Refuses: `TooFewMembers`, `MemberNamedTwice`."""
    if len(member_ids) < _FEWEST:
        raise TooFewMembers("It takes two to settle as one.", path=("memberIds",))
    if len(set(member_ids)) < len(member_ids):
        raise MemberNamedTwice("Name each member once.", path=("memberIds",))
    return list(member_ids)


def payer_among(member_ids: Sequence[UUID], payer_id: UUID) -> UUID:
    """Themselves. Refuses: `PayerNotAmongThem`."""
    if payer_id not in member_ids:
        raise PayerNotAmongThem("Who pays for them is one of them.", path=("payerId",))
    return payer_id


def heir(member_ids: Sequence[UUID], payer_id: UUID) -> UUID:
    """Who pays for these: the payer so far if still there, or else the first."""
    return payer_id if payer_id in member_ids else member_ids[0]


def without(member_ids: Sequence[UUID], gone: UUID) -> list[UUID]:
    """Who stays together when one goes: nobody, when only one is left."""
    staying = [member_id for member_id in member_ids if member_id != gone]
    return staying if len(staying) >= _FEWEST else []
