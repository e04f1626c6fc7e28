"""Ids that are made here."""

from uuid import RFC_4122, UUID

from core.ids import new_id, new_ids


def test_ids_of_version_7_are_all_different() -> None:
    made = [new_id(), *new_ids(100), *new_ids(1)]

    assert len({*made}) == 102
    assert {(id.version, id.variant) for id in made} == {(7, RFC_4122)}
    assert new_ids(0) == []


def test_ids_of_one_call_are_of_one_millisecond() -> None:
    assert len({_millis(id) for id in new_ids(1000)}) == 1


def _millis(id: UUID) -> int:
    return id.int >> 80
