"""Where the servers' sockets lie. The kernel limits the length of their paths (`unix(7)`)."""

import hashlib
import os
import tempfile
from pathlib import Path

from adapters.embedded.errors import NoEmbeddedServices

_LONGEST_BYTES = 80  # of 103 on macOS and 107 on Linux, less the longest name inside


class SocketFolderTaken(NoEmbeddedServices):
    """Someone else made the folder before us."""


def folder_for(data_dir: Path) -> Path:
    """A folder that only we may enter: in `data_dir`, or a short one elsewhere where that lies too deep."""
    folder = data_dir / "run"
    if len(bytes(folder)) > _LONGEST_BYTES:
        name = hashlib.sha256(bytes(data_dir)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"outgo-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise SocketFolderTaken(f"{folder} is not ours alone: remove it, or set OUTGO_DATA_DIR.")
    return folder
