"""Verdicts and costs as tables: goals, languages, reliability, causes and stages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, quantiles

from bench.reading.journey import Journeys
from bench.reading.process import Sample, Stage
from bench.reading.verdict import Basket, Cause, Verdict

_FIELDS = ("total", "day", "merchant", "merchant alike", "currency", "tax", "tip", "discount")
_GOALS = {
    "total": 0.97,
    "day": 0.985,
    "merchant": 0.90,
    "merchant alike": 0.96,
    "currency": 0.98,
    "tax": 0.90,
}
_ITEMS_GOAL, _ERROR_GOAL = 0.90, 0.05
_P95_SECONDS, _CPU_SECONDS, _PEAK_MIB = 10.0, 2.0, 1.2 * 1024
_BINS = 10


@dataclass
class Results:
    """Of one set of receipts; `samples` are only of those that were read now."""

    verdicts: list[Verdict] = field(default_factory=list)
    baskets: list[tuple[str, Basket]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def of(self, name: str) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.field == name]


def print_goals(results: Results) -> None:
    print(f"  {'':26}{'figure':>9}{'goal':>9}")
    for name in _FIELDS:
        judged = results.of(name)
        if judged:
            _print_goal(name, _share(judged), _GOALS.get(name), at_least=True, percent=True)
    if results.baskets:
        _print_goal(
            "items, F1", _f1(basket for _, basket in results.baskets), _ITEMS_GOAL, at_least=True
        )
    if results.samples:
        seconds = [sum(sample.seconds.values()) for sample in results.samples]
        cpu = [sample.cpu_seconds for sample in results.samples]
        _print_goal("seconds, p50", median(seconds))
        _print_goal("seconds, p95", _p95(seconds))
        _print_goal("CPU seconds, mean", fmean(cpu), _CPU_SECONDS)
        _print_goal("CPU seconds, p95", _p95(cpu))


def print_reliability(results: Results) -> None:
    """Expected calibration error: how far confidence and share of right ones lie apart, over ten bins."""
    print(
        f"\n  {'expected calibration error':26}{'figure':>9}{'goal':>9}{'sure ≥ .8':>12}{'of them right':>15}"
    )
    for name in (*_FIELDS, "items"):
        told = [verdict for verdict in results.of(name) if verdict.confidence is not None]
        if told:
            sure = [verdict for verdict in told if (verdict.confidence or 0) >= 0.8]  # noqa: PLR2004
            error = _calibration_error(told)
            met = "" if error <= _ERROR_GOAL else "  missed"
            right = f"{_share(sure):15.1%}" if sure else f"{'':15}"
            print(
                f"  {name:26}{error:9.3f}{_ERROR_GOAL:9.2f}{len(sure) / len(told):12.1%}{right}{met}"
            )


def print_groups(results: Results) -> None:
    groups = sorted({verdict.case.group for verdict in results.verdicts})
    print(f"\n  {'':16}" + "".join(f"{group:>7}" for group in groups))
    for name in _FIELDS:
        by_group = defaultdict[str, list[Verdict]](list)
        for verdict in results.of(name):
            by_group[verdict.case.group].append(verdict)
        if by_group:
            print(f"  {name:16}" + "".join(f"{_share(by_group[group]):7.0%}" for group in groups))
    if results.baskets:
        shares = (
            _f1(one for group, one in results.baskets if group == wanted) for wanted in groups
        )
        print(f"  {'items, F1':16}" + "".join(f"{share:7.2f}" for share in shares))


def print_causes(results: Results) -> None:
    print(f"\n  {'failures by cause':18}" + "".join(f"{cause:>27}" for cause in Cause))
    for name in _FIELDS:
        causes = Counter(verdict.cause for verdict in results.of(name) if verdict.cause)
        if causes:
            print(f"  {name:18}" + "".join(f"{causes[cause]:27}" for cause in Cause))


def print_stages(samples: Sequence[Sample]) -> None:
    """Each stage's share of the time."""
    spent: Mapping[Stage, float] = sum((sample.seconds for sample in samples), Counter[Stage]())
    whole = sum(spent.values())
    print(f"\n  {'stage':26}{'seconds':>9}{'share':>9}")
    for stage in Stage:
        print(f"  {stage:26}{spent[stage] / len(samples):9.3f}{spent[stage] / whole:9.1%}")


def print_journeys(journeys: Journeys) -> None:
    print(f"  {'':26}{'figure':>9}{'goal':>9}")
    _print_goal("upload to READ, p50", median(journeys.seconds))
    _print_goal("upload to READ, p95", _p95(journeys.seconds), _P95_SECONDS)
    _print_goal("peak of a worker, MiB", journeys.peak_mib, _PEAK_MIB)


def print_failures(results: Results) -> None:
    for verdict in results.verdicts:
        if verdict.cause:
            wanted = verdict.case.expected
            print(
                f"  {verdict.case.name:16} {verdict.field:15} {verdict.cause:22} {verdict.said!r:40} {wanted}"
            )


def _print_goal(
    name: str,
    figure: float,
    goal: float | None = None,
    *,
    at_least: bool = False,
    percent: bool = False,
) -> None:
    form = "9.1%" if percent else "9.2f"
    wanted = f"{goal:{form}}" if goal else ""
    missed = goal is not None and (figure < goal if at_least else figure > goal)
    print(f"  {name:26}{figure:{form}}{wanted}{'  missed' if missed else ''}")


def _share(verdicts: Sequence[Verdict]) -> float:
    return sum(verdict.is_right for verdict in verdicts) / len(verdicts) if verdicts else 0.0


def _f1(baskets: Iterable[Basket]) -> float:
    """Of all items of all receipts together."""
    every = list(baskets)
    right = sum(basket.right for basket in every)
    return 2 * right / max(1, sum(basket.true + basket.told for basket in every))


def _calibration_error(told: Sequence[Verdict]) -> float:
    bins = defaultdict[int, list[Verdict]](list)
    for verdict in told:
        bins[min(_BINS - 1, int((verdict.confidence or 0) * _BINS))].append(verdict)
    gaps = (
        len(members) * abs(_share(members) - fmean(verdict.confidence or 0 for verdict in members))
        for members in bins.values()
    )
    return sum(gaps) / len(told)


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
