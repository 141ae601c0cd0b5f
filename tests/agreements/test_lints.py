"""The linter: each thing that is allowed and hardly meant, with a case that is and one that is not."""

# ruff: noqa: E501 - a table is read best with one case a line

from datetime import UTC, datetime

import pytest
from django.utils import translation

from agreements.business_time import Schedule
from agreements.document import read_document, read_yaml
from agreements.linting import MESSAGES, lint
from agreements.lints import Surroundings, agreement_findings, commitment_findings
from leads.event_kinds import KINDS
from leads.values import REJECTION_REASONS
from tests.factories.agreements import CHAT, SIMPLE, drafted, signed

LONG_SECTIONS = (
    "{company_goals: a, marketing_goals: b, sales_goals: c, handoff: d, communication: e, reporting: f}"
)
START = "start: {event: request.received}"
STOP = "stop: {event: call.made}"
REJECTED_FOR = "stop: {{event: lead.rejected, where: {{data.reason: {}}}}}"
CANCEL_JUNK = "cancel: {event: lead.rejected, where: {data.reason: [test, duplicate]}}"
WHOLE = f"""
agreement: smarketing
parties: [marketing, sales]
effective_from: 2026-01-01
calendars:
  paris: {{timezone: Europe/Paris, week: {{mon: ["09:00-17:00"]}}, holidays: {{country: FR}}}}
commitments:
  - {{key: inbound, owner: sales, kind: response, {START}, {STOP}, within: 1 business hour}}
"""
AROUND = Surroundings(
    subjects={kind: tuple(map(str, types)) for kind, types in KINDS.items()},
    reasons=tuple(REJECTION_REASONS),
    lines={
        "sales": frozenset({"sales"}),
        "sdr": frozenset({"sdr", "sales"}),
        "support": frozenset({"support"}),
    },
    years={"paris": (2025, 2031)},
)


def findings(old="", new="") -> list[tuple[str, str]]:
    """Code and place of everything that strikes about the whole with one thing replaced."""
    assert old in WHOLE
    document = read_document(read_yaml(WHOLE.replace(old, new, 1) if old else WHOLE).data, kinds=KINDS)
    schedules = {
        p.key: Schedule(p.definition["timezone"], p.definition["week"], open=p.definition.get("open"))
        for p in document.calendars
    }
    around = Surroundings(AROUND.subjects, AROUND.reasons, AROUND.lines, schedules, AROUND.years)
    found = [*agreement_findings(document, around)]
    for part in document.commitments:
        found += commitment_findings(part, document, around)
    for finding in found:
        assert MESSAGES[finding.code] % finding.values
    return [(finding.code, finding.where) for finding in found]


def test_nothing_strikes_about_an_ordinary_agreement():
    assert findings() == []


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("[marketing, sales]", "[sales]", "one_party", "parties"),
        (
            "calendars:",
            "form: long\nsections: {handoff: x}\ncalendars:",
            "missing_section",
            "sections.company_goals",
        ),
        ('{mon: ["09:00-17:00"]}', "{}", "empty_calendar", "calendars.paris"),
        (
            '{mon: ["09:00-17:00"]}',
            '{}, open: {2025-12-01: ["09:00-10:00"]}',
            "empty_calendar",
            "calendars.paris",
        ),
        ("09:00-17:00", "22:00-06:00", "crosses_midnight", "calendars.paris.week.mon"),
        ("2026-01-01", "2032-01-01", "beyond_horizon", "calendars.paris"),
        ("country: FR", "country: GB", "assumed_subdivision", "calendars.paris.holidays"),
        ("owner: sales", "owner: support", "owner_not_a_party", "inbound.owner"),
        (START, "start: {event: event.retracted}", "starts_no_clock", "inbound.start"),
        (
            START,
            "start: [{event: request.received}, {event: request.received}]",
            "start_twice",
            "inbound.start",
        ),
        (
            START,
            "where: {account.tier: missing}, start: {event: request.received, where: {account.tier: 1}}",
            "never_starts",
            "inbound.start",
        ),
        (START, f"where: {{account.tier: {{gt: 3, lt: 3}}}}, {START}", "never_starts", "inbound.where"),
        (START, f"where: {{account.tier: {{eq: 1, not: [1, 2]}}}}, {START}", "never_starts", "inbound.where"),
        (START, f"where: {{account.tier: {{eq: [1, 2], gte: 3}}}}, {START}", "never_starts", "inbound.where"),
        (START, f"where: {{account.tier: {{gt: 3, lt: a}}}}, {START}", "never_starts", "inbound.where"),
        (
            START,
            f"where: {{lead.created_at: {{older_than: 9 days, newer_than: 3 days}}}}, {START}",
            "never_starts",
            "inbound.where",
        ),
        (
            START,
            "where: {lead.origin: web}, start: {event: lead.qualified, where: {lead.origin: fair}}",
            "never_starts",
            "inbound.start",
        ),
        (STOP, "stop: {event: request.received}", "ending_covers_start", "inbound.stop"),
        (STOP, f"{STOP}, cancel: {{event: request.received}}", "ending_covers_start", "inbound.cancel"),
        (STOP, f"{STOP}, fail: {{event: request.received}}", "ending_covers_start", "inbound.fail"),
        (STOP, f"{STOP}, pause: {{event: request.received}}", "always_paused", "inbound.pause"),
        (STOP, f"{STOP}, pause: {{event: meeting.booked}}", "never_resumes", "inbound.pause"),
        (STOP, f"{STOP}, target: '> 100%'", "impossible_target", "inbound.target"),
        (STOP, f"{STOP}, target: '>= 101%'", "impossible_target", "inbound.target"),
        (STOP, f"{STOP}, target: '< 0%'", "impossible_target", "inbound.target"),
        (STOP, f"{STOP}, target: '>= 0%'", "empty_target", "inbound.target"),
        (STOP, f"{STOP}, target: '<= 100%'", "empty_target", "inbound.target"),
        (STOP, f"{STOP}, warn_at: 100%", "warn_at_out_of_range", "inbound.warn_at"),
        (STOP, f"{STOP}, warn_at: 0%", "warn_at_out_of_range", "inbound.warn_at"),
        (STOP, f"{STOP}, escalate: [{{at: 100%, to: boss}}]", "unknown_role", "inbound.escalate[0].to"),
        (
            STOP,
            f"{STOP}, cancel: {{event: lead.rejected, where: {{data.reason: duplicated}}}}",
            "unknown_reason",
            "inbound.cancel",
        ),
        (STOP, f"{REJECTED_FOR.format('present')}, {CANCEL_JUNK}", "stop_before_cancel", "inbound.stop"),
        (
            STOP,
            f"{REJECTED_FOR.format('[test, no_budget]')}, {CANCEL_JUNK}",
            "stop_before_cancel",
            "inbound.stop",
        ),
        (STOP, f"stop: {{event: lead.rejected}}, {CANCEL_JUNK}", "stop_before_cancel", "inbound.stop"),
        (
            STOP,
            f"stop: {{event: lead.rejected}}, {CANCEL_JUNK.replace('cancel', 'fail')}",
            "stop_before_cancel",
            "inbound.stop",
        ),
        (
            STOP,
            "stop: {event: lead.rejected}, cancel: {event: lead.rejected, needs: {event: call.made, at_least: 3}}",
            "stop_and_cancel",
            "inbound.stop",
        ),
        (WHOLE[WHOLE.index("commitments") :], "", "no_commitments", "commitments"),
    ],
)
def test_it_strikes(old, new, code, where):
    assert (code, where) in findings(old, new)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[marketing, sales]", "[marketing, sales, support]", "one_party"),
        ("calendars:", f"form: long\nsections: {LONG_SECTIONS}\ncalendars:", "missing_section"),
        ("calendars:", "form: short\ncalendars:", "missing_section"),
        ('{mon: ["09:00-17:00"]}', '{}, open: {2026-12-01: ["09:00-10:00"]}', "empty_calendar"),
        ("09:00-17:00", "09:00-24:00", "crosses_midnight"),
        ("2026-01-01", "2031-12-31", "beyond_horizon"),
        ("country: FR", "country: GB, subdivision: SCT", "assumed_subdivision"),
        ("owner: sales", "owner: sdr", "owner_not_a_party"),
        (START, "start: {events: [request.received, chat.received]}", "start_twice"),
        (
            START,
            "start: [{event: lead.qualified, where: {lead.origin: a}}, {event: lead.qualified, where: {lead.origin: b}}]",
            "start_twice",
        ),
        (
            START,
            "where: {lead.origin: a}, start: [{event: lead.qualified, where: {lead.origin: b}}, {event: lead.qualified}]",
            "never_starts",
        ),
        (START, f"where: {{account.tier: {{gte: 3, lte: 3}}}}, {START}", "never_starts"),
        (START, f"where: {{account.tier: {{eq: [1, 2], lt: 2}}}}, {START}", "never_starts"),
        (START, f"where: {{contact.buyer_role: {{eq: champion, not: other}}}}, {START}", "never_starts"),
        (
            START,
            "where: {data.attendees: a}, start: {event: meeting.held, where: {data.attendees: b}}",
            "never_starts",
        ),
        (
            START,
            f"where: {{lead.created_at: {{older_than: 3 days, newer_than: 9 days}}}}, {START}",
            "never_starts",
        ),
        (STOP, "stop: {event: request.received, where: {data.channel: phone}}", "ending_covers_start"),
        (
            STOP,
            f"{STOP}, cancel: {{event: request.received, needs: {{event: call.made, at_least: 1}}}}",
            "ending_covers_start",
        ),
        (STOP, f"{STOP}, pause: {{event: request.received}}, resume: {{event: call.made}}", "always_paused"),
        (STOP, f"{STOP}, pause: {{event: meeting.booked}}, resume: {{event: meeting.held}}", "never_resumes"),
        (STOP, f"{STOP}, target: '>= 100%'", "impossible_target"),
        (STOP, f"{STOP}, target: '<= 0%'", "impossible_target"),
        (STOP, f"{STOP}, target: '> 0%'", "empty_target"),
        (STOP, f"{STOP}, warn_at: 99%", "warn_at_out_of_range"),
        (STOP, f"{STOP}, escalate: [{{at: 100%, to: manager}}, {{at: 150%, to: marketing}}]", "unknown_role"),
        (
            STOP,
            f"{STOP}, cancel: {{event: lead.rejected, where: {{data.reason: [test, duplicate]}}}}",
            "unknown_reason",
        ),
        (STOP, f"{REJECTED_FOR.format('{not: [test, duplicate]}')}, {CANCEL_JUNK}", "stop_before_cancel"),
        (STOP, f"{REJECTED_FOR.format('missing')}, {CANCEL_JUNK}", "stop_before_cancel"),
        (STOP, f"{REJECTED_FOR.format('no_budget')}, cancel: {{event: lead.rejected}}", "stop_and_cancel"),
        (STOP, f"{STOP}, {CANCEL_JUNK}", "stop_before_cancel"),
        (STOP, f"{STOP}, cancel: {{event: deal.lost, where: {{data.reason: price}}}}", "unknown_reason"),
    ],
)
def test_it_does_not_strike(old, new, code):
    assert code not in [found for found, _ in findings(old, new)]


CALENDARS = WHOLE[WHOLE.index("calendars") : WHOLE.index("commitments")]


@pytest.mark.parametrize(
    ("within", "found"),
    [("1 business hour", [("business_units_without_calendar", "inbound.within")]), ("1 hour", [])],
)
def test_business_units_need_a_calendar(within, found):
    assert findings(CALENDARS + "commitments:", "commitments:") == [
        ("business_units_without_calendar", "inbound.within")
    ]
    document = WHOLE.replace(CALENDARS, "").replace("1 business hour", within)
    part = read_document(read_yaml(document).data).commitments[0]

    listed = commitment_findings(part, read_document(read_yaml(document).data), AROUND)

    assert [(f.code, f.where) for f in listed] == found


@pytest.mark.django_db
def test_coverage_needs_a_calendar():
    calendars = SIMPLE[SIMPLE.index("calendars:") : SIMPLE.index("commitments:")]

    assert lint(drafted(SIMPLE + CHAT)) == []
    assert [(w.code, w.where) for w in lint(drafted((SIMPLE + CHAT).replace(calendars, "")))] == [
        ("business_units_without_calendar", "inbound.within"),
        ("coverage_without_calendar", "chat"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("written_in", "found"), [(1, []), (3, [("begins_in_past", "effective_from")])])
def test_a_later_version_that_starts_before_it_is_written_is_told(written_in, found):
    signed()
    later = drafted(
        SIMPLE.replace("2026-01-01", "2026-02-01"), as_of=datetime(2026, written_in, 15, tzinfo=UTC)
    )

    assert [(w.code, w.where) for w in lint(later)] == found


@pytest.mark.parametrize(
    ("asked", "without"),
    [
        ("[test, duplicate]", "data.reason: {not: [test, duplicate]}"),
        ("{not: [test]}", "data.reason: [test]"),
        ("present", "data.reason: missing"),
        ("{gte: 3}", "data.reason: {lt: 3}"),
    ],
)
def test_a_cancel_that_a_stop_takes_first_comes_with_what_to_write_on_the_stop(asked, without):
    endings = (
        f"stop: {{event: lead.rejected}}, cancel: {{event: lead.rejected, where: {{data.reason: {asked}}}}}"
    )
    document = read_document(read_yaml(WHOLE.replace(STOP, endings)).data)

    found = [
        f.values for f in commitment_findings(document.commitments[0], document, AROUND) if "stop" in f.where
    ]

    assert found == [{"name": "cancel", "event": "lead.rejected", "without": without}]


@pytest.mark.django_db
def test_a_first_version_may_start_in_the_past():
    assert lint(drafted(as_of=datetime(2026, 3, 15, tzinfo=UTC))) == []


@pytest.mark.django_db
def test_a_warning_is_a_sentence_with_its_place():
    version = drafted(SIMPLE.replace("within: 4", "target: '> 100%', within: 4"))

    with translation.override("en"):
        assert [str(warning) for warning in lint(version)] == ["inbound.target: > 100% can never be kept"]
