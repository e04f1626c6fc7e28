"""The tax inside what is paid: labels and tables propose, rates and sums decide."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.receipt.entries import Entry
from domain.receipt.fields import Field, best_supported
from domain.receipt.labels import Role
from domain.receipt.rows import Cell, Row
from domain.receipt.tax_tables import TaxLine, rates_in

_OF_A_TABLE, _BESIDE_ITS_NET, _OF_A_COLUMN = 2.0, 3.2, 0.8
_OF_A_LABEL, _OF_ALL_LABELS, _OF_A_PRINTED_SUM = 1.0, 1.1, 1.5
_RATES_AGREE, _NET_IS_PRINTED = 1.5, 0.8
_AGAIN = 0.5
_BASES = (Role.SUBTOTAL, Role.TOTAL, Role.FINAL_TOTAL)
_HALF_A_UNIT = Decimal("0.6")  # and a little: a tax is rounded, so what it is of is known this well


@dataclass(frozen=True)
class _Proposal:
    """Lines whose sum may be the tax; `printed` is the cell of the sum itself, if one is."""

    lines: tuple[TaxLine, ...]
    weight: float
    printed: Cell | None = None

    @property
    def minor(self) -> int:
        return sum(line.tax_minor for line in self.lines)

    @property
    def cells(self) -> list[Cell]:
        return [self.printed] if self.printed else [line.cell for line in self.lines]


def tax_of(
    rows: Sequence[Row], entries: Sequence[Entry], tables: Sequence[TaxLine], due: int
) -> Field[int] | None:
    """The best-supported tax within `due`, the total without a tip; None where none is printed."""
    printed = {entry.minor for entry in entries if entry.role in _BASES}
    weights, told = dict[int, float](), dict[int, _Proposal]()
    for proposal in _proposals(rows, entries, tables, due):
        if 0 <= proposal.minor * 2 < due:
            weight = proposal.weight + _support(proposal, due, printed)
            best, other = sorted((weights.get(proposal.minor, 0.0), weight), reverse=True)
            weights[proposal.minor] = best + _AGAIN * (other > 0)
            told.setdefault(proposal.minor, proposal)
    return best_supported(weights, lambda tax: told[tax].cells) if weights else None


def _proposals(
    rows: Sequence[Row], entries: Sequence[Entry], tables: Sequence[TaxLine], due: int
) -> Iterator[_Proposal]:
    labelled = [line for line in _labelled(rows, entries) if line.row not in _rows(tables)]
    if tables:
        once = {(line.rate, line.net_minor): line for line in tables}
        yield _Proposal(tuple(once.values()), _OF_A_TABLE)
    if len(labelled) > 1:
        yield _Proposal(tuple(labelled), _OF_ALL_LABELS)
    for line in labelled:
        yield _Proposal((line,), _OF_A_LABEL)
        others = tuple(other for other in labelled if other is not line)
        is_sum = sum(other.tax_minor for other in others) == line.tax_minor
        if is_sum and (len(others) > 1 or (others and line.rate is None)):
            yield _Proposal(others, _OF_A_PRINTED_SUM, line.cell)
    column = _column(entries)
    if column:
        yield _Proposal(tuple(column), _OF_A_COLUMN)
    for line in _beside_their_nets(entries, due):
        yield _Proposal((line,), _BESIDE_ITS_NET)


def _support(proposal: _Proposal, due: int, printed: set[int]) -> float:
    net = due - proposal.minor
    agree = _agree(proposal.lines, due, net, printed)
    return _RATES_AGREE * agree + _NET_IS_PRINTED * (proposal.minor > 0 and net in printed)


def _agree(lines: Sequence[TaxLine], due: int, net: int, printed: set[int]) -> bool:
    """Whether the rates say that these taxes are of all that is due, or each of the same printed net."""
    rated = [(line.tax_minor, line.rate) for line in lines if line.rate]
    if len(rated) < len(lines) or not rated:
        return False
    nets = [tax * 100 / rate for tax, rate in rated]
    slips = [_HALF_A_UNIT * 100 / rate for _, rate in rated]
    on_one_base = any(
        all(abs(base - one) <= slip for one, slip in zip(nets, slips, strict=True))
        for base in {net, *printed}
        if base
    )
    gross = sum(nets) + sum(tax for tax, _ in rated)
    return on_one_base or abs(gross - due) <= sum(slips) + len(lines)


def _labelled(rows: Sequence[Row], entries: Sequence[Entry]) -> list[TaxLine]:
    """The last amount of each row that is called a tax, with the rate beside it."""
    last = {
        entry.row: entry
        for entry in entries
        if entry.role is Role.TAX and not entry.of_taxes and not entry.doubtful
    }
    return [
        TaxLine((*rates_in(rows[row].text), None)[0], entry.minor, entry.cell, row)
        for row, entry in last.items()
        if entry.minor >= 0
    ]


def _column(entries: Sequence[Entry]) -> list[TaxLine]:
    """In tables whose rates are not read: the smallest amount of each row."""
    smallest = dict[int, Entry]()
    crowded = set[int]()
    for entry in entries:
        if entry.of_taxes and entry.role is not Role.TOTAL and entry.minor >= 0:
            crowded |= {entry.row} & smallest.keys()
            smallest[entry.row] = min(
                smallest.get(entry.row, entry), entry, key=lambda one: one.minor
            )
    return [
        TaxLine(None, entry.minor, entry.cell, row)
        for row, entry in smallest.items()
        if row in crowded
    ]


def _beside_their_nets(entries: Sequence[Entry], due: int) -> Iterator[TaxLine]:
    """The tax in a row of net, tax and gross where the gross is all that is due, as tables end."""
    beside = defaultdict[int, list[Entry]](list)
    for entry in entries:
        if not entry.doubtful:
            beside[entry.row].append(entry)
    for row, found in beside.items():
        minors = {entry.minor for entry in found}
        for entry in found:
            if due in minors and 0 < entry.minor * 2 < due and due - entry.minor in minors:
                yield TaxLine(None, entry.minor, entry.cell, row, due - entry.minor)


def _rows(lines: Sequence[TaxLine]) -> set[int]:
    return {line.row for line in lines}
