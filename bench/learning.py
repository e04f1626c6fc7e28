"""What corrections are worth: a receipt read by somebody who confirmed all the others.

    python -m bench.receipts --cache FILE
    python -m bench.learning --cache FILE

Scanned receipts as in `bench.receipts`, from the lines that it read. One is right when the merchant's name
is, letter by letter but for capitals.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.reading.case import scanned
from bench.reading.lines import LineCache
from domain.receipt import Line, Reading, read
from domain.receipt.shop import Shop, improved, keys_of, recognised, same_name


@dataclass(frozen=True)
class Paper:
    """What was read of a receipt, and whose it is."""

    merchant: str
    lines: Sequence[Line]
    reading: Reading


@dataclass
class Memory:
    """What one user's memory says of a key, as `models.shop` keeps it."""

    merchant: str
    confirmations: int = 0
    changes: int = 0

    def confirm(self, merchant: str) -> None:
        self.confirmations += 1
        self.changes += not same_name(self.merchant, merchant)
        self.merchant = merchant

    @property
    def shop(self) -> Shop:
        return Shop(self.merchant, 1 - self.changes / self.confirmations)


def main() -> None:
    options = _options()
    cache = LineCache(options.cache)
    papers = [
        Paper(case.expected.merchants[0], lines, read(lines))
        for case in scanned(options.receipts)
        if (lines := cache.get(case.key))
    ]
    names = [paper.merchant.casefold() for paper in papers]
    back = [paper for paper in papers if names.count(paper.merchant.casefold()) > 1]
    new = [paper for paper in papers if paper not in back]
    _report("of a shop that was there before", back, papers)
    _report("of a shop seen for the first time", new, papers)


def _report(title: str, some: Sequence[Paper], papers: Sequence[Paper]) -> None:
    judged = [
        (_is_right(paper.reading, paper), _is_right(_learnt(paper, papers), paper))
        for paper in some
    ]
    print(f"{len(some)} receipts {title}")
    print(f"  right as read {sum(before for before, _ in judged)}", end=", ")
    print(f"as learnt {sum(after for _, after in judged)}", end="; ")
    print(f"mended {judged.count((False, True))}, spoilt {judged.count((True, False))}")


def _learnt(paper: Paper, papers: Iterable[Paper]) -> Reading:
    found = recognised(keys_of(paper.lines), _known(one for one in papers if one is not paper))
    return improved(paper.reading, found) if found else paper.reading


def _known(papers: Iterable[Paper]) -> Mapping[str, Shop]:
    keys: dict[str, Memory] = {}
    for paper in papers:
        for key in map(str, keys_of(paper.lines)):
            keys.setdefault(key, Memory(paper.merchant)).confirm(paper.merchant)
    return {key: memory.shop for key, memory in keys.items()}


def _is_right(reading: Reading, paper: Paper) -> bool:
    return reading.merchant is not None and same_name(reading.merchant.value, paper.merchant)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--receipts", type=Path, default=Path("../shared/receipts"))
    parser.add_argument("--cache", type=Path, required=True, help="what bench.receipts kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
