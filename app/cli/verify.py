"""`outgo verify`: whether an exported log is as it was written. Needs no service and no setting."""

from pathlib import Path

from app.cli.console import complain, say
from domain.log_export import Tampered, verify


def verify_export(file: Path) -> None:
    """End with 1 at the first line that was touched."""
    try:
        with file.open("rb") as lines:
            head = verify(lines)
    except Tampered as tampered:
        complain(str(tampered))
        raise SystemExit(1) from None
    say(f"All {head.seq} events of ledger {head.ledger_id} are as they were written.")
    say(f"The last hash is {head.hash.hex()}.")
