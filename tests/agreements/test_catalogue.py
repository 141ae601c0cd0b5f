"""The catalogue: all thirteen rows, in both languages, as the example agreement has them."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from agreements.catalogue import Entry, by_key, entries, feeding_of, picked
from agreements.document import read_document, read_yaml
from agreements.pairs import pairs
from agreements.terms import Promise, parse_terms
from leads.event_kinds import KINDS
from tests.agreements.test_pairs import promise

EXAMPLE = Path(settings.BASE_DIR) / "docs" / "examples" / "smarketing.yaml"
ADDED = {"title", "playbook", "calendar"}
"""What the catalogue says beside the terms, and a calendar, which is the agreement's."""

each_entry = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)


def promise_of(entry: Entry) -> Promise:
    made = promise(entry.key, "kind: volume, count: {event: deal.won}, target: '>= 1'")
    team = {"marketing": 1, "sales": 2}[entry.side]
    values = {name: getattr(made, name) for name in ("commitment_id", "version_number", "agreement_key")}
    values |= {name: getattr(made, name) for name in ("starts_at", "ends_at", "schedule", "timezone")}
    return Promise(**values, key=entry.key, kind=entry.kind, team_id=team, terms=entry.parsed)


def test_every_row_of_the_mission_is_there_and_the_last_one_is_two_promises() -> None:
    assert [entry.row for entry in entries()] == [*range(1, 14), 13]
    assert len({entry.key for entry in entries()}) == len(entries())


@each_entry
def test_everything_is_said_in_english_and_in_french(entry: Entry) -> None:
    texts = [entry.title, entry.promises, entry.feed, entry.watch, entry.terms["playbook"]]

    assert [sorted(text) for text in texts] == [["en", "fr"]] * len(texts)
    assert all(text["en"].strip() and text["fr"].strip() and text["en"] != text["fr"] for text in texts)


@each_entry
def test_it_says_what_the_example_agreement_says(entry: Entry) -> None:
    example = {part["key"]: part for part in read_yaml(EXAMPLE.read_bytes()).data["commitments"]}
    written = {"key": entry.key, "owner": entry.side, "kind": str(entry.kind), **entry.terms}

    assert {k: v for k, v in written.items() if k not in ADDED} == {
        k: v for k, v in example[entry.key].items() if k not in ADDED
    }


@each_entry
def test_what_it_must_be_fed_is_known_to_the_program(entry: Entry) -> None:
    feeding = feeding_of(entry.parsed)

    assert feeding.events or feeding.fields
    assert set(feeding.events) <= set(KINDS)


def test_opposites_are_those_that_the_pairs_find() -> None:
    found = {frozenset({pair.a.key, pair.b.key}) for pair in pairs(map(promise_of, entries()))}

    assert found == {frozenset({e.key, e.opposite}) for e in entries() if e.opposite}
    assert len(found) == 4


@each_entry
def test_picked_for_an_agreement_it_is_a_commitment_of_it(entry: Entry) -> None:
    chosen = picked(entry, owner="inside-sales", effective_from=date(2026, 3, 1), calendar="paris")
    document = read_document(
        {
            "agreement": "ours",
            "parties": ["growth", "inside-sales"],
            "effective_from": "2026-03-01",
            "calendars": {"paris": {"timezone": "Europe/Paris", "week": {"mon": ["09:00-17:00"]}}},
            "commitments": [chosen],
        },
        kinds=KINDS,
    )

    (part,) = document.commitments
    assert (part.key, part.owner, part.calendar) == (entry.key, "inside-sales", "paris")


@pytest.mark.parametrize(
    ("start", "window"),
    [
        (date(2026, 3, 1), {"from": "2025-08-01", "to": "2026-01-31"}),
        (date(2026, 3, 31), {"from": "2025-08-01", "to": "2026-01-31"}),
        (date(2026, 7, 15), {"from": "2025-12-01", "to": "2026-05-31"}),
        (date(2026, 1, 1), {"from": "2025-06-01", "to": "2025-11-30"}),
    ],
)
def test_a_baseline_is_six_whole_months_that_ended_a_month_before(
    start: date, window: dict[str, str]
) -> None:
    entry = by_key("mql-to-meeting")
    assert entry is not None

    chosen = picked(entry, owner="marketing", effective_from=start)

    assert chosen["baseline"] == window
    assert entry.terms["baseline"] == {"from": "2025-07-01", "to": "2025-12-31"}  # the catalogue's own stays
    assert parse_terms("rate", {k: v for k, v in chosen.items() if k not in ("key", "owner", "kind")})


def test_an_unknown_key_is_none() -> None:
    assert by_key("gone") is None
