"""What the last days would have given: the time looked at, what is counted, and honest samples."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.business_time import ALWAYS_OPEN
from agreements.document import read_yaml
from agreements.enums import Kind
from agreements.promises import promise_of
from agreements.terms import Promise, parse_terms
from leads.ingestion import ingest
from measurement.enums import ClockState, UnitState, Verdict
from measurement.models import Clock, Reading, Unit
from measurement.periods import Span
from measurement.preview import Clocks, preview
from measurement.preview.figures import count_clocks, count_rate, count_volume, window_of
from measurement.units import UnitVerdict
from tests.factories.agreements import drafted
from tests.factories.measurement import ClockFactory

NOW = datetime(2026, 4, 15, 9, tzinfo=UTC)
MARCH = Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
RATE = "of: {event: lead.qualified}, having: {event: meeting.held, within: 30 days}, target: '>= 50%'"
VOLUME = "count: {event: lead.qualified}, target: '>= 4'"


def promise(kind: Kind, text: str) -> Promise:
    return Promise(
        commitment_id=1,
        key="it",
        version_number=1,
        agreement_key="law",
        kind=kind,
        team_id=1,
        starts_at=MARCH.start,
        ends_at=None,
        terms=parse_terms(kind, read_yaml(f"{{{text}}}").data),
        schedule=ALWAYS_OPEN,
        timezone="UTC",
    )


def unit(day: int, state: UnitState = UnitState.HAVING, **more: Any) -> UnitVerdict:
    values = {"each": "team", "until": None, "stretch": False} | more
    at = datetime(2026, 3, day, tzinfo=UTC)
    return UnitVerdict(1, "it", day, "lead", f"e:{day}", at=at, state=state, **values)


@pytest.mark.parametrize(
    ("per", "first", "count"),
    [
        ("day", date(2026, 1, 16), 89),
        ("week", date(2026, 1, 19), 12),
        ("month", date(2026, 2, 1), 2),
        ("quarter", date(2026, 1, 1), 1),
        ("year", date(2025, 1, 1), 1),
    ],
)
def test_the_complete_periods_of_90_days_are_looked_at_and_one_at_least(
    per: str, first: date, count: int
) -> None:
    window = window_of(promise(Kind.RATE, f"{RATE}, per: {per}"), days=90, as_of=NOW, fiscal_year_start=1)

    assert window.periods[0].start.date() == first
    assert len(window.periods) == count
    assert all(span.end <= NOW for span in window.periods)


def test_clocks_are_counted_by_what_had_become_of_them() -> None:
    ended = {"ended_at": NOW, "stopped_at": NOW}
    clocks = [
        ClockFactory.build(commitment=None, commitment_key="it"),  # its deadline is long past
        ClockFactory.build(commitment=None, commitment_key="it", due_at=datetime(2027, 1, 1, tzinfo=UTC)),
        *(
            ClockFactory.build(commitment=None, commitment_key="it", state=state, **ended)
            for state in (ClockState.MET, ClockState.LATE, ClockState.FAILED, ClockState.UNMEASURABLE)
        ),
    ]

    found = count_clocks(clocks, as_of=NOW)

    assert found == Clocks(met=1, late=1, overdue=1, failed=1, running=1, left_out=1)
    assert found.kept_rate == Fraction(1, 4)


@pytest.mark.parametrize(
    ("units", "numbers", "verdict"),
    [
        ([unit(2), unit(3, UnitState.LACKING)], (1, 2, 0), Verdict.KEPT),
        ([unit(2), unit(3, UnitState.LACKING), unit(4, UnitState.LACKING)], (1, 3, 0), Verdict.MISSED),
        ([unit(2), unit(3, UnitState.LEFT_OUT)], (1, 1, 1), Verdict.KEPT),
        ([unit(2, matures_at=datetime(2026, 5, 1, tzinfo=UTC))], (0, 0, 0), Verdict.MATURING),
        ([], (0, 0, 0), Verdict.TOO_FEW),
    ],
)
def test_a_share_is_of_what_counts_in_the_period(
    units: list[UnitVerdict], numbers: tuple[int, int, int], verdict: Verdict
) -> None:
    (found,), baseline = count_rate(promise(Kind.RATE, RATE), units, [MARCH], as_of=NOW)

    assert (found.numerator, found.denominator, found.left_out) == numbers
    assert (found.verdict, baseline) == (verdict, None)


@pytest.mark.parametrize(
    ("more", "room", "scale", "numerator", "verdict"),
    [
        ("", None, 1, 3, Verdict.MISSED),
        ("", None, 2, 6, Verdict.KEPT),  # half of the records were looked at
        ("", 2, 1, 3, Verdict.KEPT),  # never more than the room that is left
        ("", 0, 1, 3, Verdict.NOT_REQUIRED),
        ("each: member", None, 1, 0, Verdict.MISSED),
    ],
)
def test_a_number_is_held_against_what_was_owed(
    more: str, room: int | None, scale: int, numerator: int, verdict: Verdict
) -> None:
    units = [unit(2, each="7"), unit(3, each="8"), unit(4, each="8")]
    terms = f"{VOLUME}, {more}" if more else VOLUME

    (found,) = count_volume(
        promise(Kind.VOLUME, terms),
        units,
        [MARCH],
        room_at=lambda at: room,
        fiscal_year_start=1,
        scale=Fraction(scale),
    )

    assert (found.numerator, found.verdict) == (numerator, verdict)


@pytest.mark.django_db
class TestLooking:
    def fed(self, number: int) -> Promise:
        contacts = [{"external_id": f"c{n}", "updated_at": "2026-01-01T00:00:00Z"} for n in range(number)]
        events = [
            {
                "external_id": f"e{n}",
                "kind": "request.received",
                "occurred_at": "2026-03-02T09:00:00Z",
                "contact": f"c{n}",
            }
            for n in range(number)
        ]
        for resource, rows in (("contacts", contacts), ("events", events)):
            assert not ingest(resource=resource, source="crm", rows=rows, channel="test", as_of=NOW).rejected
        row = drafted().commitments.select_related("version__agreement", "calendar").get()
        return promise_of(row)

    def test_a_large_company_is_looked_at_by_a_sample_that_says_so(self) -> None:
        asked = self.fed(12)
        steps: list[tuple[int, int]] = []

        (found,) = preview([asked], as_of=NOW, limit=5, progress=lambda *step: steps.append(step))
        (again,) = preview([asked], as_of=NOW, limit=5)

        assert (found.looked_at, found.records, found.is_sample) == (5, 12, True)
        assert found == again
        assert found.clocks == Clocks(overdue=5)
        assert steps == [(1, 1)]

    def test_nothing_is_stored_and_older_facts_are_not_looked_at(self) -> None:
        asked = self.fed(2)

        (found,) = preview([asked], as_of=NOW)
        (later,) = preview([asked], as_of=datetime(2026, 9, 1, tzinfo=UTC))

        assert found.clocks == Clocks(overdue=2)
        assert (later.clocks, later.records, later.is_empty) == (Clocks(), 0, True)
        assert not any(model.objects.exists() for model in (Clock, Unit, Reading))

    def test_the_statements_do_not_grow_with_the_facts(self, django_assert_max_num_queries: Any) -> None:
        asked = self.fed(2)
        with CaptureQueriesContext(connection) as few:
            preview([asked], as_of=NOW)
        self.fed(40)

        with django_assert_max_num_queries(len(few)):
            preview([asked], as_of=NOW)
