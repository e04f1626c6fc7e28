"""Every benchmark, one after the other, in minutes: `make bench`."""

import subprocess
import sys

_PROGRAMS = (
    ("bench.create_expense",),
    ("bench.group_sizes", "--seconds", "5"),
    ("bench.one_group", "--seconds", "15"),
    ("bench.list_expenses",),
    ("bench.against_limit",),
    ("bench.growth", "--sizes", "1000,20000"),
    ("bench.push_latency",),
    ("bench.budget_alert",),
    ("bench.receipts", "--limit", "10"),
    ("bench.plan",),
    ("bench.why",),
)


def main() -> None:
    failed = [program for program, *arguments in _PROGRAMS if not _succeeds(program, *arguments)]
    if failed:
        raise SystemExit(f"Failed: {', '.join(failed)}")


def _succeeds(program: str, *arguments: str) -> bool:
    print(f"\n=== {' '.join((program, *arguments))}", flush=True)
    command = [sys.executable, "-m", program, *arguments]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own programs


if __name__ == "__main__":
    main()
