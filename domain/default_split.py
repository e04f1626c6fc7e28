"""Splits that wait for expenses about which nobody says how to split them. Pure."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain import split
from domain.errors import Conflict, Invalid
from domain.split import Standing


class DefaultSplitStale(Conflict):
    """Who is in the group has changed since it was agreed on. Setting it again, as it is or not, helps."""

    code = "DEFAULT_SPLIT_STALE"


class OneScopeOnly(Invalid):
    code = "ONE_SCOPE_ONLY"


class NotBetweenThem(Invalid):
    code = "NOT_BETWEEN_THEM"


@dataclass(frozen=True, slots=True)
class Scope:
    """Of a whole group, of one of its categories, or of two members: whoever asks, and another one."""

    ledger_id: UUID
    category_id: UUID | None = None
    with_member_id: UUID | None = None

    def checked(self) -> "Scope":
        """Itself. Refuses: `OneScopeOnly`."""
        if self.category_id is not None and self.with_member_id is not None:
            raise OneScopeOnly("Name a category or a member, not both.", path=("withMemberId",))
        return self

    def pair(self, me: UUID) -> frozenset[UUID] | None:
        """The two it is between, if it is. Refuses: `NotBetweenThem`."""
        if self.with_member_id is None:
            return None
        return pair_of(me, self.with_member_id, path=("withMemberId",))


@dataclass(frozen=True, slots=True)
class NewDefault:
    """What to split by from now on in a scope; None takes the default back."""

    scope: Scope
    split: Standing | None

    def checked(self) -> "NewDefault":
        """Itself. Refuses: `OneScopeOnly`, and see `split.require_proportions`."""
        if self.split is not None:
            split.require_proportions(self.split)
        return replace(self, scope=self.scope.checked())

    def require_between(self, pair: frozenset[UUID] | None) -> None:
        """Refuses: `NotBetweenThem` when somebody else takes part."""
        if pair and self.split and not split.participants(self.split) <= pair:
            raise NotBetweenThem("Only you two take part in it.", path=("split",))


def pair_of(me: UUID, other: UUID, *, path: tuple[str, ...]) -> frozenset[UUID]:
    """The two of them. Refuses: `NotBetweenThem` to split with oneself."""
    if me == other:
        raise NotBetweenThem("It takes two.", path=path)
    return frozenset({me, other})
