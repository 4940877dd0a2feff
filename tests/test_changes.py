"""The lock: a date changes exactly when the content does."""

import datetime

import pytest

from moro_lod.changes import Lock
from moro_lod.errors import MoroError

MONDAY, TUESDAY = datetime.date(2026, 3, 2), datetime.date(2026, 3, 3)


def locked(sha256: str, day: datetime.date, lock: Lock | None = None) -> Lock:
    return (lock or Lock()).stamped(
        {"things": {"https://example.org/id/a": sha256}, "datasets": {}, "distributions": {}}, day
    )


def test_new_content_is_dated_today() -> None:
    stamp = Lock().stamp("things", "https://example.org/id/a", "aa", MONDAY)
    assert (stamp.issued, stamp.modified) == (MONDAY, MONDAY)


def test_equal_content_keeps_its_date() -> None:
    assert locked("aa", TUESDAY, locked("aa", MONDAY)) == locked("aa", MONDAY)


def test_changed_content_keeps_its_first_date_and_gets_a_new_last_one() -> None:
    stamp = locked("bb", TUESDAY, locked("aa", MONDAY)).stamps["things"]["https://example.org/id/a"]
    assert (stamp.issued, stamp.modified) == (MONDAY, TUESDAY)


def test_a_lock_is_read_as_it_was_written() -> None:
    lock = locked("aa", MONDAY)
    assert Lock.from_json(lock.to_json()) == lock
    assert Lock.from_json(Lock().to_json()) == Lock()


def test_one_changed_thing_changes_one_line() -> None:
    many = {f"https://example.org/id/{n}": f"{n:02x}" for n in range(50)}
    before = Lock().stamped({"things": many, "datasets": {}, "distributions": {}}, MONDAY)
    after = before.stamped(
        {"things": {**many, "https://example.org/id/7": "ff"}, "datasets": {}, "distributions": {}}, TUESDAY
    )
    differing = [a for a, b in zip(before.to_json().splitlines(), after.to_json().splitlines(), strict=True) if a != b]
    assert len(differing) == 1


def test_things_that_left_the_data_are_known() -> None:
    assert locked("aa", MONDAY).gone(["<https://example.org/id/b>"]) == ("https://example.org/id/a",)
    assert locked("aa", MONDAY).gone(["<https://example.org/id/a>"]) == ()


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"datasets":{},"distributions":{},"things":{"a":["x","y","z"]}}'])
def test_a_damaged_lock_is_told(text: bytes) -> None:
    with pytest.raises(MoroError, match=r"publication\.lock(:1)?: the file is damaged"):
        Lock.from_json(text)
