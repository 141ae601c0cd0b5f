"""One version of an agreement as the document that people read, print and sign."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agreements.document import Goal, Points, goals_of, qualification_of
from agreements.document.order import SECTIONS, WAIVERS, in_order
from agreements.enums import Form
from agreements.models import AgreementVersion, CalendarVersion
from agreements.part_columns import GOALS_OF
from agreements.promises import promise_of
from agreements.terms import Promise, Target
from people.models import Team
from reporting.showing import agreement_words as words
from reporting.showing.agreement_markdown import markdown
from reporting.showing.clauses import Term, conditions_text, selectors_text, within_text
from reporting.showing.numbers import NBSP, number
from reporting.showing.promises import aim_of, in_full, in_short, target_text, title_of


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """A goal with how it is measured, or its status."""

    title: str
    aim: str
    measured_by: str
    commitment: str | None
    status: str | None
    status_label: str


@dataclass(frozen=True, slots=True)
class ShownRule:
    """Points of a lead: when, how many, why, and what a machine looks at."""

    when: str
    points: str
    because: str
    checked: str


@dataclass(frozen=True, slots=True)
class ShownPromise:
    """A measured clause."""

    key: str
    title: str
    short: str
    aim: str
    terms: list[Term]
    playbook: SafeString
    calendar: str


@dataclass(frozen=True, slots=True)
class ShownCalendar:
    """Working hours, with the public holidays that were frozen with the agreement."""

    key: str
    timezone: str
    week: list[tuple[str, str]]
    holidays: str
    closed: list[str]
    opened: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One of the six parts: its text, and what else belongs there by name (``rows.goals`` …)."""

    key: str
    number: int
    title: str
    text: SafeString
    rows: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        return not self.text and not any(self.rows.values())


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """The whole document."""

    parts: list[ShownPart]
    owed: list[tuple[str, list[ShownPromise]]]
    calendars: list[ShownCalendar]
    teams: list[str]
    moves_open_clocks: bool
    waivers: str
    is_long: bool
    names: dict[str, str] = field(default_factory=dict)


def shown_document(version: AgreementVersion) -> ShownDocument:
    """The document of a version, in words; five statements whatever its size."""
    names = dict(Team.objects.order_by().values_list("slug", "name"))
    rows: Any = version.commitments.select_related(
        "owner", "calendar__calendar", "version__agreement"
    ).order_by("position")
    promises = [(row, promise_of(row)) for row in rows]
    uses = version.calendar_uses.select_related("calendar__calendar").order_by("position")
    content = version.document
    titles = {promise.key: title_of(promise) for _row, promise in promises}
    parts = [_part(index + 1, name, content, titles, names) for index, name in enumerate(SECTIONS)]
    is_long = version.form == Form.LONG
    return ShownDocument(
        parts=[part for part in parts if is_long or not part.is_empty],
        owed=_by_owner(promises),
        calendars=[_calendar(use.calendar) for use in uses],
        teams=[names.get(slug, slug) for slug in content.get("teams", ())],
        moves_open_clocks=content.get("open_clocks") == "move",
        waivers=content.get("waivers", WAIVERS),
        is_long=is_long,
        names=names,
    )


def _part(
    place: int, name: str, content: Mapping[str, Any], titles: Mapping[str, str], names: dict[str, str]
) -> ShownPart:
    text = markdown((content.get("sections") or {}).get(name))
    return ShownPart(name, place, words.part_title(name), text, _rows(name, content, titles, names))


def _rows(
    name: str, content: Mapping[str, Any], titles: Mapping[str, str], names: dict[str, str]
) -> dict[str, Any]:
    if name in GOALS_OF:
        goals = [goal for goal in goals_of(content, list(titles)) if goal.part == GOALS_OF[name]]
        return {"goals": [_goal(goal, titles) for goal in goals]}
    if name == "handoff":
        return _handoff(content, names)
    if name == "communication":
        return {
            "channels": [_texts(channel, "title", "purpose") for channel in content.get("channels") or ()],
            "meetings": [_meeting(meeting, names) for meeting in content.get("meetings") or ()],
        }
    return {}


def _goal(goal: Goal, titles: Mapping[str, str]) -> ShownGoal:
    aim = ""
    if goal.target:
        aim = " ".join(filter(None, [_goal_target(goal.target), words.here(goal.unit)]))
    if goal.period:
        aim = ", ".join(filter(None, [aim, words.goal_period(goal.period)]))
    figure = titles[goal.commitment] if goal.commitment else goal.series or words.here(goal.metric)
    return ShownGoal(
        title=words.here(goal.title),
        aim=aim,
        measured_by=": ".join(filter(None, [figure, words.here(goal.measured_by)])),
        commitment=goal.commitment,
        status=goal.status,
        status_label=words.goal_status(goal.status) if goal.status else "",
    )


def _goal_target(target: Target) -> str:
    """``≥ 2 000 000``: figures of goals are large, so their digits are grouped."""
    if target.percent or target.value.denominator != 1:
        return target_text(target)
    sign = {">=": "≥", "<=": "≤"}.get(target.op, target.op)
    return f"{sign}{NBSP}{number_format(target.value.numerator, force_grouping=True)}"


def _handoff(content: Mapping[str, Any], names: dict[str, str]) -> dict[str, Any]:
    qualified = qualification_of(content)
    personas = {
        row["key"]: words.here(row.get("title")) or row["key"] for row in content.get("personas") or ()
    }
    criteria = [
        {
            "persona": _("any persona") if one.persona == "any" else personas.get(one.persona, one.persona),
            "text": words.here(one.text),
            "checked": conditions_text(one.where),
        }
        for one in qualified.criteria
    ]
    return {
        "personas": [
            {"title": personas[row["key"]], "text": markdown(row.get("text"))}
            for row in content.get("personas") or ()
        ],
        "criteria": criteria,
        "scoring": [_rule(rule) for rule in qualified.scoring],
        "threshold": number(qualified.threshold) if qualified.threshold is not None else "",
        "responsibilities": [
            (names.get(team, team), markdown(content["responsibilities"][team]))
            for team in (*content.get("parties", ()), *content.get("teams", ()))
            if team in (content.get("responsibilities") or {})
        ],
        "people": [_people(row, names) for row in content.get("people") or ()],
    }


def _rule(rule: Points) -> ShownRule:
    checked = [selectors_text(rule.events)] if rule.events else []
    if rule.within:
        checked.append(within_text(rule.within))
    if rule.where:
        checked.append(_("where %(conditions)s") % {"conditions": conditions_text(rule.where)})
    sign = "+" if rule.points > 0 else "−" if rule.points < 0 else ""
    return ShownRule(
        words.here(rule.when), sign + number(abs(rule.points)), words.here(rule.because), " ".join(checked)
    )


def _people(row: Mapping[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "team": names.get(row["team"], row["team"]),
        "role": words.here(row["role"]),
        "count": row.get("count"),
        "capacity": words.capacity(row.get("capacity")),
    }


def _meeting(row: Mapping[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "title": words.here(row["title"]),
        "cadence": words.cadence(row["cadence"]),
        "length": words.length(row.get("length")),
        "attendees": ", ".join(words.role(name, names) for name in row.get("attendees") or ()),
        "agenda": markdown(row.get("agenda")),
    }


def _texts(row: Mapping[str, Any], *keys: str) -> dict[str, str]:
    return {key: words.here(row.get(key)) for key in keys}


def _by_owner(promises: list[tuple[Any, Promise]]) -> list[tuple[str, list[ShownPromise]]]:
    """Promises under the team that owes them, teams in the order in which they first owe something."""
    owed: dict[str, list[ShownPromise]] = {}
    for row, promise in promises:
        owed.setdefault(row.owner.name, []).append(_promise(row, promise))
    return list(owed.items())


def _promise(row: Any, promise: Promise) -> ShownPromise:
    standing = {_("In force")}
    return ShownPromise(
        key=promise.key,
        title=title_of(promise),
        short=in_short(promise),
        aim=aim_of(promise),
        terms=[term for term in in_full(promise) if term.label not in standing],
        playbook=markdown(promise.terms.playbook),
        calendar=row.calendar.calendar.key if row.calendar else "",
    )


def _calendar(calendar: CalendarVersion) -> ShownCalendar:
    said = in_order(calendar.definition)
    place = said.get("holidays") or {}
    return ShownCalendar(
        key=calendar.calendar.key,
        timezone=calendar.timezone,
        week=[
            (words.weekday(day), ", ".join(hours)) for day, hours in (said.get("week") or {}).items() if hours
        ],
        holidays=" ".join(filter(None, [place.get("country"), place.get("subdivision")])),
        closed=[words.day(day) for day in said.get("closed") or ()],
        opened=[(words.day(day), ", ".join(hours)) for day, hours in (said.get("open") or {}).items()],
    )
