"""Who the servers run as. PostgreSQL refuses root, and a container often knows nobody else."""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded.errors import NoEmbeddedServices

_CLONE_NEWUSER = 0x10000000
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1

_libc: ctypes.CDLL | None = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class NoUnprivilegedIdentity(NoEmbeddedServices):
    """We are root and can become nobody else."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`become` runs in the child before it is replaced by the server; `uid` then owns its files."""

    name: str
    uid: int
    become: Callable[[], None]

    def adopt(self, folder: Path) -> None:
        """Make `folder` ours, also when it was filled under another identity."""
        if folder.stat().st_uid == self.uid:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, -1, follow_symlinks=False)


def pick(*folders: Path) -> Identity:
    """The first identity that may enter all `folders` here, tried for real."""
    if os.geteuid() != 0:
        return Identity("self", os.geteuid(), lambda: None)
    for identity in root_identities():
        if works(identity, *folders):
            return identity
    raise NoUnprivilegedIdentity(
        "PostgreSQL refuses to run as root, and root may not become another user here. "
        "Run as an ordinary user, or set OUTGO_DATABASE_URL and OUTGO_REDIS_URL."
    )


def root_identities() -> Iterator[Identity]:
    """What root may try on Linux, the better first. Neither makes a user or opens a folder to others."""
    if _libc is None:
        return
    nobody = pwd.getpwnam("nobody")  # initdb wants an entry in passwd for whom it runs as
    yield Identity("namespace", 0, lambda: _enter_namespace(nobody.pw_uid))
    yield Identity("nobody", nobody.pw_uid, lambda: _become(nobody.pw_uid, nobody.pw_gid))


def works(identity: Identity, *folders: Path) -> bool:
    """Whether a child of that identity is not root and may enter `folders`, also below closed ones."""
    probe = "import os, sys; assert os.geteuid(); [os.stat(f'{name}/.') for name in sys.argv[1:]]"
    try:
        subprocess.run(  # noqa: S603 - our own Python
            [sys.executable, "-I", "-S", "-c", probe, *folders],
            preexec_fn=identity.become,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _enter_namespace(uid: int) -> None:
    """Be `uid` in a new user namespace, where that stands for root outside: files stay root's."""
    _call("unshare", _CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} 0 1")
    Path("/proc/self/gid_map").write_text(f"{uid} 0 1")


def _become(uid: int, gid: int) -> None:
    """Be `uid`, keeping only the right to pass closed folders (`capabilities(7)`, ambient set).

    Where namespaces are forbidden, as in Docker, our folders may still lie below root's own.
    """
    _call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    mask = 1 << _CAP_DAC_OVERRIDE
    _call(
        "capset", header, (ctypes.c_uint32 * 6)(mask, mask, mask)
    )  # effective, permitted, inheritable
    _call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
