"""What is written is read back: texts of any kind, and documents of every kind of commitment."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.document import read_document, read_yaml, write_yaml
from agreements.document.order import (
    CAPACITIES,
    GOAL_PARTS,
    GOAL_PERIODS,
    GOAL_STATES,
    OPEN_CLOCKS,
    ROLES,
    SECTIONS,
)
from agreements.enums import Kind, Period

AWKWARD = st.sampled_from(
    [
        *(
            "on",
            "no",
            "y",
            "null",
            "~",
            "",
            "true",
            "1",
            "1.5",
            "0x1f",
            "0o17",
            "1_000",
            "12:30",
            "1e3",
            ".inf",
        ),
        *(
            "2026-01-01",
            "2026-99-99",
            "2026-01-01 10:00",
            "a: b",
            "# not a comment",
            "a #b",
            "- x",
            "? x",
            "?x",
        ),
        *(
            "*x",
            "&x",
            "!x",
            "%x",
            "@x",
            "`x",
            "|",
            ">",
            "{",
            "[",
            "a\nb",
            "a\n\nb\n",
            "  a\nb",
            "a \nb",
            "\ta",
        ),
        *("l'été", '"', "'", "\\", "\u2028", "\x85", "🎉", "é\nà\n", "a\n", "\n", " "),
    ]
)
TEXTS = AWKWARD | st.text(st.characters(codec="utf-8", exclude_characters="\0"))
NUMBERS = st.integers(-(10**15), 10**15) | st.decimals(-1000, 1000, places=3).map(float)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def same(left, right) -> bool:
    """Equal as JSON: true is not 1, and 1 is not 1.0."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


@settings(deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_any_values_are_read_back_as_they_were_written(values):
    assert same(read_yaml(write_yaml(values)).data, values)


def test_dates_are_written_without_quotes_and_texts_that_look_like_something_else_with():
    written = write_yaml({"day": "2026-01-01", "code": "007", "word": "on", "text": "One\ntwo\n"})

    assert written == 'day: 2026-01-01\ncode: "007"\nword: "on"\ntext: |\n  One\n  two\n'


WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
WRITTEN = st.text(min_size=1, max_size=30).filter(lambda text: text.strip() and "\0" not in text)
TITLES = WRITTEN | st.fixed_dictionaries({"en": WRITTEN, "fr": WRITTEN})
DURATIONS = st.builds(
    "{} {}".format, st.integers(2, 90), st.sampled_from(["minutes", "business hours", "business days"])
)
CONDITIONS = st.dictionaries(
    st.sampled_from(["account.tier", "lead.attributes.x", "data.reason"]),
    st.integers(-(10**15), 10**15)
    | st.booleans()
    | WRITTEN
    | st.lists(WRITTEN, min_size=1, max_size=3)
    | st.just({"gte": 3, "lt": 9}),
    max_size=2,
)
SELECTORS = st.fixed_dictionaries(
    {"event": WORDS}, optional={"where": CONDITIONS, "by": st.sampled_from(["team", ["owner", "contact"]])}
)


def numbered(parts):
    """A list of parts that have keys."""
    return st.lists(parts, max_size=2).map(
        lambda some: [{"key": f"k{n}", **part} for n, part in enumerate(some)]
    )


SHARES = st.integers(1, 99).map(">= {}%".format)
COMMON = {
    "title": TITLES,
    "per": st.sampled_from([period.value for period in Period]),
    "warn_at": st.integers(1, 99).map("{}%".format),
    "min_sample": st.integers(1, 50),
    "settle": DURATIONS,
    "playbook": TITLES,
    "escalate": st.just([{"at": "150%", "to": "manager"}]),
}


def of_kind(kind, required, **optional):
    """Commitments of one kind, with any of its optional terms."""
    fixed = {"owner": st.just("sales"), "kind": st.just(kind.value), **required}
    return st.fixed_dictionaries(fixed, optional=COMMON | optional)


COMMITMENTS = st.one_of(
    of_kind(
        Kind.RESPONSE,
        {"start": SELECTORS, "stop": st.lists(SELECTORS, min_size=1, max_size=2), "within": DURATIONS},
        where=CONDITIONS,
        pause=SELECTORS,
        early=DURATIONS,
        target=SHARES,
    ),
    of_kind(
        Kind.CHECKLIST,
        {
            "start": SELECTORS,
            "steps": st.fixed_dictionaries(
                {"event": WORDS, "field": WORDS, "values": st.dictionaries(WORDS, DURATIONS, min_size=1)}
            ),
        },
    ),
    of_kind(Kind.RATE, {"of": st.just("contacts"), "having": CONDITIONS, "target": SHARES}),
    of_kind(
        Kind.RATE,
        {
            "of": SELECTORS,
            "having": st.fixed_dictionaries({"event": WORDS, "within": DURATIONS}),
            "baseline": st.just({"from": "2025-07-01", "to": "2025-12-31"}),
            "target": st.just(">= baseline + 2 points"),
        },
    ),
    of_kind(Kind.VOLUME, {"count": SELECTORS, "target": st.integers(0, 500).map(">= {}".format)}),
    of_kind(
        Kind.COVERAGE,
        {"presence": st.fixed_dictionaries({"online": WORDS, "offline": WORDS}), "target": SHARES},
    ),
)
GOALS = st.fixed_dictionaries(
    {"part": st.sampled_from(GOAL_PARTS), "title": TITLES, "status": st.sampled_from(GOAL_STATES)},
    optional={"measured_by": TITLES},
) | st.fixed_dictionaries(
    {
        "part": st.sampled_from(GOAL_PARTS),
        "title": TITLES,
        "metric": WORDS.map("series:{}".format) | TITLES,
        "target": SHARES | st.integers(0, 10**6).map("<= {}".format),
        "period": st.sampled_from(GOAL_PERIODS),
        "measured_by": TITLES,
    },
    optional={"unit": TITLES},
)
POINTS = st.fixed_dictionaries(
    {"when": TITLES, "points": st.integers(-50, 50) | st.just(2.5)},
    optional={"because": TITLES, "where": CONDITIONS},
)
EARNED = st.builds(
    lambda rule, event, within: {**rule, "event": event, "within": within},
    POINTS,
    WORDS | SELECTORS,
    DURATIONS,
)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "teams": st.just(["operations"]),
        "open_clocks": st.sampled_from(OPEN_CLOCKS),
        "sections": st.dictionaries(st.sampled_from(SECTIONS), TITLES),
        "goals": numbered(GOALS),
        "personas": st.just([{"key": "cfo", "title": {"en": "Finance", "fr": "Finances"}, "text": "Signs."}]),
        "mql": st.fixed_dictionaries(
            {},
            optional={
                "criteria": st.lists(
                    st.fixed_dictionaries(
                        {"persona": st.just("any"), "text": TITLES}, optional={"where": CONDITIONS}
                    ),
                    max_size=2,
                ),
                "scoring": st.lists(POINTS | EARNED, max_size=2),
                "threshold": st.integers(1, 100),
            },
        ),
        "responsibilities": st.dictionaries(st.sampled_from(["marketing", "sales"]), TITLES),
        "people": st.lists(
            st.fixed_dictionaries(
                {"team": st.sampled_from(["marketing", "sales"]), "role": TITLES},
                optional={
                    "count": st.integers(0, 90),
                    "capacity": TITLES
                    | st.dictionaries(st.sampled_from(CAPACITIES), st.integers(0, 90), min_size=1),
                },
            ),
            max_size=2,
        ),
        "channels": st.lists(
            st.fixed_dictionaries({"title": TITLES}, optional={"purpose": TITLES}), max_size=2
        ),
        "meetings": st.lists(
            st.fixed_dictionaries(
                {"title": TITLES, "cadence": TITLES},
                optional={
                    "length": DURATIONS,
                    "attendees": st.lists(st.sampled_from(ROLES), min_size=1, max_size=3),
                    "agenda": TITLES,
                },
            ),
            max_size=2,
        ),
    },
)
DOCUMENTS = st.builds(
    lambda title, commitments, opened, parts: {
        "agreement": "smarketing",
        "title": title,
        "parties": ["marketing", "sales"],
        **parts,
        "effective_from": "2026-01-01",
        "calendars": {
            "paris": {
                "timezone": "Europe/Paris",
                "week": {"mon": ["09:00-12:30", "13:30-18:00"], "fri": ["22:00-06:00"]},
                "holidays": {"country": "FR", "subdivision": None},
                "closed": ["2026-05-15"],
                "open": {day.isoformat(): ["10:00-12:00"] for day in opened},
            }
        },
        "commitments": [{"key": f"k{n}", **commitment} for n, commitment in enumerate(commitments)],
    },
    TITLES,
    st.lists(COMMITMENTS, max_size=4),
    st.lists(st.dates(), max_size=2, unique=True),
    PARTS,
)


@settings(deadline=None)
@given(DOCUMENTS)
def test_a_document_of_any_kinds_is_valid_and_read_back_as_it_was_written(document):
    read = read_yaml(write_yaml(document)).data

    assert same(read, document)
    assert [part.key for part in read_document(read).commitments] == [
        part["key"] for part in document["commitments"]
    ]
