"""What a new wording changes, in words; texts in two languages."""

import pytest

from agreements.differences import differences, shown
from agreements.texts import localized

BEFORE = {
    "agreement": "smarketing",
    "parties": ["marketing", "sales"],
    "sections": {"handoff": "When it is ready."},
    "calendars": {"paris": {"timezone": "Europe/Paris", "week": {"mon": ["09:00-17:00"]}}},
    "commitments": [
        {"key": "a", "within": "1 hour", "stop": [{"event": "call.made"}], "announce": True},
        {"key": "b", "within": "2 hours"},
    ],
}


def changed(**parts):
    return differences(BEFORE, BEFORE | parts)


def commitment(**terms):
    return [{**BEFORE["commitments"][0], **terms}, BEFORE["commitments"][1]]


def test_nothing_is_said_when_nothing_changes():
    assert changed() == []


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        ({"parties": ["sales"]}, ["parties: [marketing, sales] → [sales]"]),
        ({"form": "long"}, ["form: long (new)"]),
        ({"sections": None}, ["sections: {handoff: When it is ready.} (removed)"]),
        ({"sections": {"handoff": "Now."}}, ["sections.handoff: When it is ready. → Now."]),
        ({"calendars": {}}, ["calendar paris removed"]),
        ({"calendars": BEFORE["calendars"] | {"lyon": {}}}, ["calendar lyon added"]),
        (
            {"calendars": {"paris": {"timezone": "Europe/Paris", "week": {"mon": ["10:00-17:00"]}}}},
            ["calendar paris: week.mon: [09:00-17:00] → [10:00-17:00]"],
        ),
        ({"commitments": BEFORE["commitments"][:1]}, ["commitment b removed"]),
        ({"commitments": BEFORE["commitments"][::-1]}, ["the order of the commitments"]),
        ({"commitments": commitment(announce=False)}, ["commitment a: announce: true → false"]),
        ({"commitments": commitment(announce=1)}, ["commitment a: announce: true → 1"]),
        ({"commitments": commitment(per="week")}, ["commitment a: per: week (new)"]),
        (
            {"commitments": commitment(stop=[{"event": "email.sent"}, {"event": "call.made"}])},
            [
                "commitment a: stop[0].event: call.made → email.sent",
                "commitment a: stop[1]: {event: call.made} (new)",
            ],
        ),
    ],
)
def test_each_change_is_a_line(parts, lines):
    assert changed(**parts) == lines


def test_a_long_text_is_cut():
    assert shown("word " * 40) == ("word " * 16)[:79] + "…"


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        ("Plain", "fr", "Plain"),
        ({"en": "Yes", "fr": "Oui"}, "fr", "Oui"),
        ({"en": "Yes", "fr": "Oui"}, "fr-ca", "Oui"),
        ({"en": "Yes"}, "fr", "Yes"),
        ({"fr": "Oui"}, "en", "Oui"),
        (None, "en", ""),
    ],
)
def test_a_text_is_read_in_the_readers_language_else_in_english_else_in_any(value, language, text):
    assert localized(value, language) == text
