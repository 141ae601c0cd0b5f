"""Bad YAML: every error with its line, its place and what to write instead."""

# ruff: noqa: E501 - a table is read best with one case a line

import pytest

from agreements.document import DocumentError, read_document, read_yaml
from agreements.terms import TermsError
from leads.event_kinds import KINDS

HEAD = """\
agreement: smarketing
parties: [marketing, sales]
effective_from: 2026-01-01
"""
WHOLE = (
    HEAD
    + """\
calendars:
  paris: {timezone: Europe/Paris, week: {mon: ["09:00-17:00"]}}
commitments:
  - key: inbound
    owner: sales
    kind: response
    start: {event: request.received}
    stop: {event: call.made}
    within: 1 hour
"""
)


def errors(source) -> list[str]:
    """What is wrong with a document, by line."""
    try:
        parsed = read_yaml(source)
        read_document(parsed.data, kinds=KINDS)
    except DocumentError as error:
        return list(error.lines)
    except TermsError as error:
        return list(parsed.error(error.problems).lines)
    return []


def test_the_whole_is_read_without_error():
    assert errors(WHOLE) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("", "line 1: the document is empty"),
        ("# only a comment\n", "line 1: the document is empty"),
        ("- 1", "line 1: expected a mapping, got [1]; write {agreement: …, parties: …, effective_from: …}"),
        (b"\xff\xfe", "line 1: not UTF-8 (byte 0xff); save the file as UTF-8"),
        (b"a: b\nc: \xe9", "line 2: not UTF-8 (byte 0xe9); save the file as UTF-8"),
        ("a: [1, 2", "line 1: not readable as YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: 1\nb: c: d", "line 2: not readable as YAML: mapping values are not allowed here"),
        ("a: 1\n\tb: 2", "line 2: not readable as YAML: found character '\\t' that cannot start any token"),
        ("a: &x [*x]", "line 1: *x names no anchor that is complete before it"),
        ("a: 1\nb: *y", "line 2: *y names no anchor that is complete before it"),
        (
            "a: !!python/name:os.system x",
            "line 1, a: the tag tag:yaml.org,2002:python/name:os.system is not read; leave it out",
        ),
        ("a: 1\nb: 2\na: 3", "line 1, a: the key is there twice, on line 1 and on line 3"),
        ("a: 1\n---\nb: 2", "line 2: a second document starts here; write one agreement per file"),
        ("a: 1\nb: \x00", "line 2: the character U+0000 is not allowed; take it out"),
        ('a: "\\0"', "line 1, a: the character U+0000 cannot be stored"),
        ('a: "\\uD800"', "line 1, a: the character U+D800 cannot be stored"),
        ("? [1]\n: 2", "line 1: a key must be a word, not a list, a mapping or an alias"),
        ("a: " + "[" * 60 + "]" * 60, "line 1: nested deeper than 32 levels"),
        ("- " * 5000, "line 1: nested deeper than 32 levels"),
        (
            "a: 1234567890123456789012345",
            'line 1, a: "1234567890123456789012345" is too long for a number; put a text in quotes',
        ),
        ("a: .inf", "line 1, a: .inf is no number that can be used"),
        ("x" * 600_000, "line 1: 600,000 bytes are too many; an agreement has at most 524,288"),
    ],
)
def test_what_cannot_be_read_as_yaml_is_refused_at_its_line(source, line):
    assert errors(source)[0] == line


def test_a_bomb_of_aliases_is_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    assert errors("\n".join(lines)) == ["line 5: more than 20,000 values, aliases counted"]


def test_an_alias_is_followed():
    assert (
        errors(
            WHOLE.replace("stop: {event: call.made}", "stop: &touch {event: call.made}\n    cancel: *touch")
        )
        == []
    )


def test_on_off_and_no_are_words_and_dates_are_texts():
    read = read_yaml(
        "{on: off, no: yes, day: 2026-01-01, quoted: '1', number: 1, octal: 0o17, float: 1.50}"
    ).data

    assert read == {
        "on": "off",
        "no": "yes",
        "day": "2026-01-01",
        "quoted": "1",
        "number": 1,
        "octal": 15,
        "float": 1.5,
    }


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("within: 1 hour", "within: 2 busines hours", 'line 12, commitments[0].within: "2 busines hours" is not a duration; write for example "2 business hours"'),
        ("within: 1 hour", "within: soon", 'line 12, commitments[0].within: "soon" is not a duration; write for example "2 business hours"'),
        ("within: 1 hour", "within: 400 weeks", 'line 12, commitments[0].within: "400 weeks" is not a duration; write for example "400 business hours"'),
        ("within: 1 hour", "within: 4000 days", "line 12, commitments[0].within: 4000 days: longer than ten years"),
        ("within: 1 hour", "wihtin: 1 hour", "line 7, commitments[0]: within is missing"),
        ("kind: response", "kind: respond", 'line 9, commitments[0].kind: "respond" is not known; did you mean response?'),
        ("    owner: sales\n", "", "line 7, commitments[0]: owner is missing"),
        ("key: inbound", "key: in bound", 'line 7, commitments[0].key: "in bound" is not a key; use at most 64 letters, digits, - and _'),
        ("request.received", "request.recieved", 'line 10, commitments[0].start.event: unknown event kind "request.recieved"; did you mean request.received? (kinds of your own are added in the admin)'),
        ("{event: call.made}", "{event: call.made, events: [email.sent]}", "line 11, commitments[0].stop: has both event and events; write one of them"),
        ("{event: call.made}", "{by: team}", "line 11, commitments[0].stop: event is missing"),
        ("{event: call.made}", "{event: call.made, by: everyone}", 'line 11, commitments[0].stop.by: "everyone" is not known; use team, owner, contact, anyone'),
        ("{event: call.made}", "{event: call.made, needs: {event: email.sent, at_least: 0}}", "line 11, commitments[0].stop.needs.at_least: expected a whole number from 1 on, got 0"),
        ("{event: call.made}", "[]", "line 11, commitments[0].stop: is empty; leave it out or write at least one"),
        ("within: 1 hour", "within: 1 hour\n    where: {leed.status: mql}", "line 13, commitments[0].where.leed.status: no such field; did you mean lead.?"),
        ("within: 1 hour", "within: 1 hour\n    where: {lead.stats: mql}", "line 13, commitments[0].where.lead.stats: a lead has no such field; did you mean status? (one of your own is lead.attributes.stats)"),
        ("within: 1 hour", "within: 1 hour\n    where: {account.tier: {gtt: 1}}", "line 13, commitments[0].where.account.tier.gtt: unknown comparison; did you mean gt or gte?"),
        ("within: 1 hour", "within: 1 hour\n    where: {account.tier: null}", "line 13, commitments[0].where.account.tier: null is no value; write missing or present"),
        ("within: 1 hour", "within: 1 hour\n    where: {lead.created_at: {older_than: 2 business days}}", 'line 13, commitments[0].where.lead.created_at.older_than: "2 business days" is business time; an age is elapsed time, for example 30 days'),
        ("within: 1 hour", "within: 1 hour\n    target: 95%", 'line 13, commitments[0].target: "95%" is not a target; write for example ">= 95%"'),
        ("within: 1 hour", "within: 1 hour\n    target: '>= 5'", 'line 13, commitments[0].target: ">= 5" is not a target; write for example ">= 95%"'),
        ("within: 1 hour", "within: 1 hour\n    per: fortnight", 'line 13, commitments[0].per: "fortnight" is not known; use day, week, month, quarter, half, year'),
        ("within: 1 hour", "within: 1 hour\n    warn_at: 0.75", "line 13, commitments[0].warn_at: 0.75 is not a share; write for example 75%"),
        ("within: 1 hour", "within: 1 hour\n    announce: yes", 'line 13, commitments[0].announce: expected true or false, got "yes"'),
        ("within: 1 hour", "within: 1 hour\n    calendar: pari", 'line 13, commitments[0].calendar: no calendar "pari" here; did you mean paris?'),
        ("within: 1 hour", "within: 1 hour\n    escalate: [{at: 100%}]", "line 13, commitments[0].escalate[0]: to is missing"),
        ("within: 1 hour", "within: 1 hour\n    playbook: {de: Rufen}", "line 13, commitments[0].playbook.de: unknown key; use en, fr"),
        ("within: 1 hour", "within: 1 hour\n  - {key: inbound, owner: sales, kind: response, start: {event: call.made}, stop: {event: call.made}, within: 1 hour}", 'line 13, commitments[1].key: "inbound" is the key of commitments[0] already'),
        ("09:00-17:00", "17:00-17:00", "line 5, calendars.paris.week.mon[0]: 17:00-17:00 is empty; write 00:00-24:00 for a whole day, or leave it out"),
        ("09:00-17:00", "9h-17h", "line 5, calendars.paris.week.mon[0]: '9h' is not a time; write HH:MM, for example 09:00"),
        ("09:00-17:00", "09:00-25:00", "line 5, calendars.paris.week.mon[0]: 25:00 is no time of day; write 00:00 to 24:00"),
        ('["09:00-17:00"]', '"09:00-17:00"', 'line 5, calendars.paris.week.mon: expected a list, got "09:00-17:00"; write ["09:00-17:00"]'),
        ("mon:", "monday:", "line 5, calendars.paris.week.monday: unknown key; did you mean mon?"),
        ("Europe/Paris", "Europe/Pari", "line 5, calendars.paris.timezone: unknown time zone 'Europe/Pari'; did you mean Europe/Paris or Europe/Madrid or Europe/Zurich?"),
        ("week:", "holidays: {country: XX}, week:", "line 5, calendars.paris.holidays.country: unknown country 'XX'; use an ISO 3166 code of two letters, such as FR"),
        ("week:", "holidays: {country: FR, subdivision: 57}, week:", 'line 5, calendars.paris.holidays.subdivision: expected a text, got 57; write "57"'),
        ("week:", "closed: [2026-13-01], week:", 'line 5, calendars.paris.closed[0]: "2026-13-01" is not a date; write YYYY-MM-DD, for example 2026-01-31'),
        ("week:", "open: {soon: []}, week:", 'line 5, calendars.paris.open.soon: "soon" is not a date; write YYYY-MM-DD, for example 2026-01-31'),
        ("2026-01-01", "2026-02-30", 'line 3, effective_from: "2026-02-30" is not a date; write YYYY-MM-DD, for example 2026-01-31'),
        ("marketing, sales", "sales, sales", "line 2, parties: names a team twice"),
        ("[marketing, sales]", "marketing", 'line 2, parties: expected a list, got "marketing"; write ["marketing"]'),
        ("calendars:", "form: medium\ncalendars:", 'line 4, form: "medium" is not known; use short, long'),
        ("calendars:", "sections: {goals: More}\ncalendars:", "line 4, sections.goals: unknown key; did you mean sales_goals?"),
        ("calendars:", "mql: {scoring: [{when: Demo, points: many}]}\ncalendars:", 'line 4, mql.scoring[0].points: expected a number, got "many"'),
        ("calendars:", "title: 7\ncalendars:", 'line 4, title: expected a text, got 7; write "7"'),
    ],
)  # fmt: skip
def test_what_an_agreement_cannot_say_is_refused_at_its_line(old, new, line):
    assert old in WHOLE

    assert errors(WHOLE.replace(old, new, 1))[0] == line


@pytest.mark.parametrize(
    ("commitment", "line"),
    [
        ("kind: rate, of: contact, having: {contact.email: present}, target: '> 75%'", '.of: "contact" is not known; did you mean contacts?'),
        ("kind: rate, of: {event: lead.qualified}, having: {within: 3 days}, target: '> 75%'", ".having: names neither an event nor a where; write one of them"),
        ("kind: rate, of: contacts, having: {contact.email: present}, target: '>= baseline + 2 points'", ".target: the target names the baseline, which is missing; write baseline: {from: 2025-07-01, to: 2025-12-31}"),
        ("kind: rate, of: contacts, having: {contact.email: present}, target: '> 1%', baseline: {from: 2025-12-31, to: 2025-07-01}", '.baseline: ends before it starts: "2025-12-31" is after "2025-07-01"'),
        ("kind: rate, of: contacts, having: {contact.email: present}, target: '> 1%', ramp: {by: 1%, every: month}", '.ramp.by: "1%" is not a number of points; write for example 1 point'),
        ("kind: rate, of: contacts, having: {contact.email: present}", ": target is missing"),
        ("kind: volume, count: {event: lead.qualified}, target: '>= 5%'", '.target: ">= 5%" is not a target; write for example ">= 5"'),
        ("kind: volume, count: {event: lead.qualified, distinct: leads}, target: '>= 5'", '.count.distinct: "leads" is not known; did you mean lead?'),
        ("kind: checklist, start: {event: content.published}, steps: {event: content.announced, field: channel, values: {email: tomorrow}}", '.steps.values.email: "tomorrow" is not a duration; write for example "2 business hours"'),
        ("kind: checklist, start: {event: content.published}, steps: {event: content.announced, values: {email: 1 day}}", ".steps: field is missing"),
        ("kind: coverage, presence: {online: chat.online}, target: '>= 95%'", ".presence: offline is missing"),
        ("kind: coverage, presence: {online: chat.online, offline: chat.offline}, within: 1 hour, target: '>= 95%'", ".within: unknown key; did you mean logged_within?"),
    ],
)  # fmt: skip
def test_each_kind_has_its_own_terms(commitment, line):
    text = f"{HEAD}commitments:\n  - {{key: k, owner: sales, {commitment}}}\n"

    assert errors(text) == [f"line 5, commitments[0]{line}"]


def test_all_errors_are_told_at_once_in_the_order_of_the_lines():
    text = WHOLE.replace("2026-01-01", "soon").replace("09:00", "9h").replace("1 hour", "1 our")

    assert [line.split(":")[0] for line in errors(text)] == [
        "line 3, effective_from",
        "line 5, calendars.paris.week.mon[0]",
        "line 12, commitments[0].within",
    ]


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("teams: [sales]", "teams: \"sales\" is a party already; further teams do not sign"),
        ("open_clocks: moved", 'open_clocks: "moved" is not known; did you mean move?'),
        ("goals: [{key: g, part: sale, title: T, status: done}]", 'goals[0].part: "sale" is not known; did you mean sales?'),
        ("goals: [{key: g, part: sales, title: T}]", "goals[0]: has neither a metric with its target nor a status; write one of them"),
        ("goals: [{key: g, part: sales, title: T, metric: 'series:x', period: month}]", "goals[0]: target is missing beside the metric"),
        ("goals: [{key: g, part: sales, title: T, metric: 'series:', target: '>= 1', period: month}]", "goals[0].metric: names no series; write for example series:visits"),
        ("goals: [{key: g, part: sales, title: T, metric: traffic, target: '>= 1', period: month}]", 'goals[0].metric: "traffic" is neither the key of a commitment nor series:<name>; say in measured_by how it is measured'),
        ("goals: [{key: g, part: sales, title: T, status: done}, {key: g, part: sales, title: U, status: done}]", 'goals[1].key: "g" is the key of goals[0] already'),
        ("personas: [{key: cfo}]\nmql: {criteria: [{persona: cto, text: x}]}", 'mql.criteria[0].persona: no persona "cto" here; did you mean cfo?'),
        ("mql: {criteria: [{text: x, where: {lead.orign: web}}]}", None),
        ("mql: {scoring: [{when: x, points: 3, event: form.submited}]}", None),
        ("mql: {scoring: [{when: x, points: 3, within: 3 days}]}", "mql.scoring[0].within: is there without an event; write which event counts only so long"),
        ("mql: {threshold: many}", 'mql.threshold: expected a number, got "many"'),
        ("responsibilities: {marketng: x}", "responsibilities.marketng: unknown key; did you mean marketing?"),
        ("people: [{team: sals, role: SDR}]", 'people[0].team: "sals" is not known; did you mean sales?'),
        ("people: [{team: sales, role: SDR, capacity: {lead_per_week: 3}}]", "people[0].capacity.lead_per_week: unknown key; did you mean leads_per_week?"),
        ("channels: [{purpose: x}]", "channels[0]: title is missing"),
        ("meetings: [{title: x, cadence: week, attendees: [sale_management]}]", 'meetings[0].attendees[0]: "sale_management" is not known; did you mean sales_management?'),
        ("meetings: [{title: x, cadence: week, length: 30 minuts}]", 'meetings[0].length: "30 minuts" is not a duration; write for example "30 minutes"'),
    ],
)  # fmt: skip
def test_each_part_is_checked_where_it_is_wrong(part, line):
    found = errors(f"{HEAD}{part}\n")

    assert len(found) == 1
    assert found[0].startswith(("line 4, ", "line 5, "))
    assert line is None or found[0].partition(", ")[2] == line


def test_a_promise_stands_beside_another_one_of_the_agreement():
    beside = WHOLE.replace("    within: 1 hour", "    within: 1 hour\n    beside: outbound")

    assert errors(beside) == [
        'line 13, commitments[0].beside: no other commitment "outbound" here; this agreement has no other'
    ]
