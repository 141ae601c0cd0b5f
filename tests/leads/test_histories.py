"""Values of records at any instant, out of their versions."""

from datetime import UTC, datetime
from typing import Any

from leads.histories import Histories, RefRow, VersionRow

LATER = datetime(2026, 12, 31, tzinfo=UTC)
REFS = [
    RefRow(1, "crm", "contact", "p1"),
    RefRow(2, "crm", "contact", "p2"),
    RefRow(3, "crm", "contact", "p3"),
    RefRow(10, "crm", "lead", "l1"),
    RefRow(20, "crm", "member", "r1"),
    RefRow(21, "crm", "member", "r2"),
]


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


def said(ref: int, since: int, **fields: Any) -> VersionRow:
    return VersionRow(ref, day(since), fields)


def histories(*versions: VersionRow, until: datetime = LATER) -> Histories:
    return Histories(REFS, versions, until=until)


def test_the_time_before_the_earliest_version_inherits_it() -> None:
    known = histories(said(1, 5, name="Ann"), said(1, 9, name="Anna"))
    assert [known.value(1, "name", day(number)) for number in (1, 5, 8, 9, 20)] == [
        *("Ann", "Ann", "Ann", "Anna", "Anna"),
    ]


def test_a_field_absent_from_the_earliest_version_is_empty_until_it_comes() -> None:
    known = histories(said(1, 5, name="Ann"), said(1, 7, phone="1"), said(1, 9, phone=None))
    assert [known.value(1, "phone", day(number)) for number in (1, 6, 7, 8, 9)] == [
        None,
        None,
        "1",
        "1",
        None,
    ]


def test_unknown_fields_are_kept_one_by_one() -> None:
    known = histories(said(1, 5, attributes={"a": 1}), said(1, 7, attributes={"b": 2}))
    assert (known.value(1, "attributes.a", day(8)), known.value(1, "attributes.b", day(8))) == (1, 2)
    assert known.value(1, "attributes.b", day(6)) is None


def test_instants_are_read_to_whole_seconds() -> None:
    known = histories(said(1, 5, created_at="2026-03-01T10:00:00.900+01:00"))
    assert known.value(1, "created_at", day(5)) == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_what_is_dated_later_is_not_known_but_the_earliest_version_always_is() -> None:
    known = histories(said(1, 5, name="Ann"), said(1, 9, name="Anna"), until=day(4))
    assert known.value(1, "name", day(30)) == "Ann"


def test_links_name_the_survivor_of_a_merge() -> None:
    known = histories(said(1, 5, merged_into=2), said(2, 5, merged_into=3), said(10, 5, contact=1))
    assert [known.survivor(ref) for ref in (1, 2, 3)] == [3, 3, 3]
    assert known.value(10, "contact", day(6)) == 3
    assert (known.leads_of(3), known.leads_of(1)) == ([10], [])


def test_a_merge_dated_ahead_has_not_happened() -> None:
    known = histories(said(1, 2, name="Ann"), said(1, 9, merged_into=2), until=day(8))
    assert known.survivor(1) == 1


def test_a_survivor_takes_over_what_it_never_had_but_not_the_deletion() -> None:
    known = histories(
        said(1, 3, owner=20, name="Ann", deleted_at="2026-03-06T00:00:00Z"),
        said(1, 6, merged_into=2),
        said(2, 4, name="Anna"),
    )
    assert known.value(2, "owner", day(5)) == 20
    assert known.value(2, "name", day(5)) == "Anna"
    assert known.value(2, "deleted_at", day(9)) is None
    assert known.known_since(2) == day(3)


def test_a_ring_of_merges_is_one_record_whichever_was_named_first() -> None:
    ring = [said(1, 5, merged_into=2), said(2, 5, merged_into=3), said(3, 5, merged_into=1)]
    assert {histories(*ring).survivor(ref) for ref in (1, 2, 3)} == {1}
    assert {histories(*reversed(ring)).survivor(ref) for ref in (1, 2, 3)} == {1}
