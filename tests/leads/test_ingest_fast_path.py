"""What comes in the quick way ends as what is compared row by row; nothing is recognised."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.enums import MarkKind
from core.marks import mark_each
from core.models import ChangeMark
from leads.erasing import erase
from leads.ingestion import ingest, store_events
from leads.ingestion.event_lines import columns_of
from leads.ingestion.event_marks import marks_of
from leads.ingestion.merge_events import _names
from leads.ingestion.naming import ensure_refs
from leads.ingestion.read_events import Event as SentEvent
from leads.ingestion.read_events import read_quickly
from leads.models import Event, Ref
from tests.factories.leads import NOW, event, send
from tests.leads.dump import canonical

pytestmark = pytest.mark.django_db

FLAGS = {"test": True, "no_budget": False}
ABOUT_MEMBERS = frozenset({"chat.online"})
instants = st.integers(-3, 12).map(lambda days: (NOW + timedelta(days=days)).isoformat())
names = st.one_of(st.none(), st.sampled_from(["1", "2\\", "é\t\n", '"']))
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=5)
plain_data = st.dictionaries(
    texts, st.one_of(texts, st.integers(-5, 5), st.none(), st.lists(texts, max_size=2))
)
kinds = {
    "call.made": st.fixed_dictionaries({}, optional={"call": st.sampled_from(["k1", "k2"])}),
    "lead.rejected": st.fixed_dictionaries({"reason": st.sampled_from(["Test ", "no_budget", "odd", None])}),
    "lead.assigned": st.fixed_dictionaries({"owner": st.sampled_from(["1", "2"])}),
    "chat.online": st.none(),
    "email.sent": plain_data,
}
events = st.sampled_from(list(kinds)).flatmap(
    lambda kind: st.builds(
        SentEvent,
        external_id=st.text(
            st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=3
        ),
        kind=st.just(kind),
        occurred_at=instants,
        recorded_at=st.one_of(st.none(), instants),
        **dict.fromkeys(("account", "contact", "lead", "deal", "campaign", "content", "actor"), names),
        data=kinds[kind],
    )
)


def stored(every: list[SentEvent], *, quickly: bool) -> tuple[Any, ...]:
    """Facts and marks after storing these events in one of the two ways; undone."""
    with transaction.atomic():
        refs = ensure_refs("crm", set(_names(every)), as_of=NOW)
        columns = columns_of(every, refs, FLAGS, unescaped=False)
        prints = list(range(len(every)))
        if quickly:
            assert store_events.append("crm", columns, prints, as_of=NOW)
            mark_each(MarkKind.EVENT, marks_of(every, columns, about_members=ABOUT_MEMBERS, as_of=NOW))
        else:
            settled = store_events.settle("crm", columns, prints, about_members=ABOUT_MEMBERS, as_of=NOW)
            assert settled == (len(every), 0, [])
        called = dict(Ref.objects.values_list("id", "external_id"))
        types = dict(Ref.objects.values_list("id", "type"))
        marks = sorted(
            (mark.kind, types[mark.ref_id], called[mark.ref_id], mark.from_instant, mark.ready_at)
            for mark in ChangeMark.objects.all()
        )
        found = (canonical(), marks, dict(Event.objects.values_list("external_id", "fingerprint")))
        transaction.set_rollback(True)
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(every=st.lists(events, min_size=1, max_size=6, unique_by=lambda one: one.external_id))
def test_new_events_by_copy_are_stored_and_marked_as_by_comparing(every: list[SentEvent]) -> None:
    every = sorted(every, key=lambda one: one.external_id)

    assert stored(every, quickly=True) == stored(every, quickly=False)


def test_what_comes_again_word_for_word_is_recognised_without_being_staged() -> None:
    rows = [event(n, contact=f"c{n % 3}", data={"n": n}) for n in range(20)]
    send("events", *rows)

    with CaptureQueriesContext(connection) as captured:
        summary = send("events", *rows[::-1], as_of=NOW + timedelta(hours=1))

    assert (summary.unchanged, summary.created) == (20, 0)
    assert not any("staged_event" in query["sql"] or "leads_ref" in query["sql"] for query in captured)


@pytest.mark.parametrize(
    ("again", "outcome"),
    [
        ({"data": {"a": 1, "b": 2.0}}, "unchanged"),
        ({"data": {"b": 2, "a": 1.0}}, "unchanged"),
        ({"occurred_at": "2026-04-02T17:30:00+02:00"}, "unchanged"),
        ({"contact": "c", "recorded_at": None}, "unchanged"),
        ({"data": {"a": True, "b": 2}}, "conflict"),
        ({"contact": "d"}, "conflict"),
        ({"occurred_at": "2026-04-02T15:30:00.000001Z"}, "conflict"),
    ],
)
def test_another_spelling_is_compared_and_other_content_is_a_conflict(
    again: dict[str, Any], outcome: str
) -> None:
    said = event(1, contact="c", data={"a": 1, "b": 2})
    send("events", said)

    summary = send("events", {**said, **again})

    assert summary.unchanged == (outcome == "unchanged")
    assert [error.code for error in summary.errors] == ["conflict"] * (outcome == "conflict")
    assert send("events", said).unchanged == 1


def test_new_known_and_repeated_rows_of_one_request_are_told_apart() -> None:
    send("events", event(1, contact="c"), event(2, contact="c"))

    summary = send("events", event(1, contact="c"), event(2, contact="d"), event(3), event(3))

    assert (summary.created, summary.unchanged, summary.rejected) == (1, 2, 1)
    assert Event.objects.count() == 3


def test_a_retraction_that_was_here_first_withdraws_its_event_when_it_comes() -> None:
    send("events", event("r", "event.retracted", data={"event": "x1"}))
    send("events", event(1, contact="c"), event(2, contact="c"))

    assert list(Event.objects.filter(retracted_by__isnull=False).values_list("external_id", flat=True)) == [
        "x1"
    ]


def test_of_an_erased_person_no_fingerprint_stays_and_the_same_again_is_unchanged() -> None:
    send("contacts", {"external_id": "c", "name": "Léa", "updated_at": "2026-04-01T00:00:00Z"})
    rows = [event(1, contact="c", data={"note": "Léa"}), event(2, contact="c"), event(3, contact="d")]
    send("events", *rows)

    erase(Ref.objects.get(type="contact", external_id="c"), by="test", as_of=NOW)

    prints = dict(Event.objects.values_list("external_id", "fingerprint"))
    assert (prints["x1"], prints["x2"], prints["x3"] is None) == (None, None, False)
    assert send("events", *rows).unchanged == 3
    assert "Léa" not in str(Event.objects.get(external_id="x1").data)


def test_an_event_that_comes_about_an_erased_person_leaves_no_fingerprint_either() -> None:
    send("contacts", {"external_id": "c", "name": "Léa", "updated_at": "2026-04-01T00:00:00Z"})
    erase(Ref.objects.get(type="contact", external_id="c"), by="test", as_of=NOW)
    rows = [
        event(1, contact="c"),
        event(2, account="a", data={"contacts": ["c", "d"]}),
        event(3, account="a", data={"contacts": ["d"]}),
    ]

    assert send("events", *rows).created == 3
    prints = dict(Event.objects.values_list("external_id", "fingerprint"))
    assert (prints["x1"], prints["x2"], prints["x3"] is None) == (None, None, False)
    assert send("events", *rows).unchanged == 3


def test_an_event_whose_names_the_caller_knows_is_not_recognised_by_what_it_says() -> None:
    send("contacts", *({"external_id": name, "updated_at": "2026-04-01T00:00:00Z"} for name in "cd"))
    refs = dict(Ref.objects.filter(type="contact").values_list("external_id", "id"))

    def declare(contact: str) -> Any:
        known = {("contact", "somebody"): refs[contact]}
        rows = [event(1, contact="somebody")]
        return ingest(
            resource="events", source="declared", rows=rows, channel="declared", as_of=NOW, known=known
        )

    assert declare("c").created == 1
    assert declare("c").unchanged == 1
    assert [error.code for error in declare("d").errors] == ["conflict"]


def test_rows_that_are_no_plain_objects_are_not_taken_for_one_another() -> None:
    rows: list[Mapping[str, Any]] = [MappingProxyType(event(n, contact="c", data={"n": 1})) for n in (1, 2)]
    assert read_quickly(rows, {"call.made"}).fingerprints == (None, None)  # type: ignore[arg-type]

    assert send("events", *rows).created == 2
    assert set(Event.objects.values_list("fingerprint", flat=True)) == {None}
    assert send("events", *rows).unchanged == 2


def test_rows_that_are_no_objects_let_no_deep_data_pass() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = {"a": deep}
    summary = send("events", *[5] * 50, event(1, data=deep))

    assert (summary.created, summary.rejected) == (0, 51)
    assert summary.errors[-1].code == "too_deep"


@pytest.mark.parametrize(
    "at",
    [
        "2026-02-30T09:00:00Z",
        "2026-03-31T09:00:00.1234567Z",
        "2026-03-31T09:00:00+15:30",
        "1970-01-01T00:00:00Z",
    ],
)
def test_an_instant_in_an_unusual_spelling_gets_a_closer_look(at: str) -> None:
    row = event(1, at=at)
    plain = event(2, at=datetime(2026, 3, 31, 9, tzinfo=UTC).isoformat())

    assert read_quickly([row, plain], {"call.made"}).doubtful == [0]
