from typing import Literal

from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.low_level import Type

from adapters.passwords import Passwords
from tests.people import CHEAP

FINE = "correct horse battery staple"


async def test_hashes_by_argon2id_with_the_parameters_of_rfc_9106() -> None:
    parameters = extract_parameters(await Passwords().hash(FINE))

    assert parameters.type is Type.ID
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (3, 65536, 4)


async def test_fits_the_password_and_no_other() -> None:
    hashed = await CHEAP.hash(FINE)

    assert await CHEAP.fits(FINE, hashed)
    assert not await CHEAP.fits(FINE + " ", hashed)
    assert not await CHEAP.fits("", hashed)
    assert not await CHEAP.fits("\ud800", hashed)


async def test_the_same_characters_fit_however_they_were_typed() -> None:
    assert await CHEAP.fits("u\u0308ber alle Berge", await CHEAP.hash("über alle Berge"))


async def test_nobodys_password_takes_the_same_work_and_never_fits() -> None:
    asked = _Asked()

    assert not await Passwords(asked).fits(FINE, None)

    assert asked.verified == [extract_parameters(asked.hash(FINE))]


async def test_hashes_anew_what_was_hashed_with_other_parameters() -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    old = await CHEAP.hash(FINE)

    new = await stronger.rehashed(FINE, old)

    assert new is not None
    assert await stronger.fits(FINE, new)
    assert await stronger.rehashed(FINE, new) is None


class _Asked(PasswordHasher):
    """Keeps what the hashes that it was asked about had cost."""

    def __init__(self) -> None:
        super().__init__(time_cost=2, memory_cost=16, parallelism=1)
        self.verified: list[Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.verified.append(extract_parameters(str(hash)))
        return super().verify(hash, password)
