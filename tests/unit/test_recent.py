from core.recent import Recent


def test_a_thing_is_made_something_of_once_for_each_way() -> None:
    recent: Recent[list[int], str] = Recent(most=2)
    thing, other = [1], [1]
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    assert recent.of(thing, "way", lambda: make("first")) == "first"
    assert recent.of(thing, "way", lambda: make("again")) == "first"
    assert recent.of(other, "way", lambda: make("other")) == "other"
    assert made == ["first", "other"]


def test_what_was_not_asked_for_lately_is_forgotten() -> None:
    recent: Recent[str, int] = Recent(most=2)
    for number, thing in enumerate(("a", "b", "a", "c")):
        recent.of(thing, None, lambda number=number: number)

    assert recent.of("a", None, lambda: 9) == 0
    assert recent.of("b", None, lambda: 9) == 9
