"""Goals as they are shown: the figure, the target, the pace, and how it is measured."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from agreements.terms.values import Target
from core.charts.shares import Part, share_bar
from measurement.goal_figures import GoalNow
from measurement.goals import GoalState, Progress
from reporting.showing import agreement_words as words
from reporting.showing.numbers import NBSP, percent
from reporting.showing.promises import target_text

PARTS = ("company", "marketing", "sales")
TONES = {
    GoalState.REACHED: "kept",
    GoalState.ON_PACE: "on_pace",
    GoalState.BEHIND: "at_risk",
    GoalState.MISSED: "missed",
    GoalState.NO_FIGURES: "",
    GoalState.QUALITATIVE: "",
}
STATUS_TONES = {"on_track": "on_pace", "at_risk": "at_risk", "off_track": "missed", "done": "kept"}


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """One goal."""

    title: str
    value: str
    target: str
    period: str
    pace: str
    state: str
    tone: str
    measured: str
    address: str
    agreement: str
    bar: dict[str, Any] | None
    bar_label: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """The goals of the company or of one side."""

    name: str
    title: str
    goals: list[ShownGoal]


def shown_goals(goals: list[GoalNow]) -> list[ShownPart]:
    """The goals by part; a part without any is left out."""
    titles = {"company": _("Company goals"), "marketing": _("Marketing goals"), "sales": _("Sales goals")}
    parts = [
        ShownPart(name, titles[name], [_goal(goal) for goal in goals if goal.goal.part == name])
        for name in PARTS
    ]
    return [part for part in parts if part.goals]


def _goal(now: GoalNow) -> ShownGoal:
    goal, progress = now.goal, now.progress
    percents = bool(goal.target and goal.target.percent)
    unit = words.here(goal.unit)
    value = _amount(progress.value if progress else None, percents, unit)
    state, tone = _state(now)
    return ShownGoal(
        title=words.here(goal.title),
        value=value,
        target=_aim(goal.target, unit) if goal.target else "",
        period=_period(progress) if progress else words.goal_period(goal.period) if goal.period else "",
        pace=_pace(progress, unit) if progress else "",
        state=state,
        tone=tone,
        measured=_measured(now),
        address=_address(now),
        agreement=f"{now.version.agreement.key} v{now.version.number}",
        bar=_bar(progress),
        bar_label=f"{value} / {_aim(goal.target, unit)}" if goal.target else "",
    )


def _aim(target: Target, unit: str) -> str:
    """``≥ 2,000,000 EUR``: figures of goals are large, so their digits are grouped."""
    if target.percent or target.value.denominator != 1:
        return f"{target_text(target)} {unit}".strip()
    sign = {">=": "≥", "<=": "≤"}.get(target.op, target.op)
    return f"{sign}{NBSP}{_amount(target.value, False, unit)}"


def _state(now: GoalNow) -> tuple[str, str]:
    if now.progress is None:
        status = now.goal.status
        return (words.goal_status(status), STATUS_TONES[status]) if status else (_("judged by people"), "")
    state = now.progress.state
    names = {
        GoalState.REACHED: pgettext("goal", "reached"),
        GoalState.ON_PACE: pgettext("goal", "on pace"),
        GoalState.BEHIND: pgettext("goal", "behind"),
        GoalState.MISSED: pgettext("goal", "missed"),
        GoalState.NO_FIGURES: pgettext("goal", "no figures yet"),
        GoalState.QUALITATIVE: pgettext("goal", "judged by people"),
    }
    return names[state], TONES[state]


def _measured(now: GoalNow) -> str:
    """How it is measured, and from what the figure comes."""
    goal = now.goal
    if goal.commitment:
        text = _("from the promise “%(key)s”") % {"key": goal.commitment}
        cases = ngettext("%(n)d result", "%(n)d results", now.counted) % {"n": now.counted}
    elif goal.series:
        kind = (
            _("the figures of “%(series)s” added up") if now.sums else _("the latest figure of “%(series)s”")
        )
        text = kind % {"series": goal.series}
        cases = ngettext("%(n)d figure", "%(n)d figures", now.counted) % {"n": now.counted}
    else:
        return ": ".join(filter(None, [words.here(goal.metric), words.here(goal.measured_by)])) or _(
            "judged by people"
        )
    said = ", ".join(filter(None, [text, cases if now.counted else "", words.here(goal.measured_by)]))
    if now.latest:
        said += " · " + _("latest of %(day)s") % {"day": date_format(now.latest, "SHORT_DATE_FORMAT")}
    return said


def _address(now: GoalNow) -> str:
    if now.goal.commitment:
        return reverse("commitment", args=[now.goal.commitment])
    return f"{reverse('figures')}?series={now.goal.series}" if now.goal.series else ""


def _period(progress: Progress) -> str:
    first, last = progress.start, progress.end - timedelta(days=1)
    days = {"first": _day(first), "last": _day(last)}
    return _("%(first)s to %(last)s") % days


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _pace(progress: Progress, unit: str) -> str:
    if progress.expected is None or progress.state is GoalState.NO_FIGURES:
        return ""
    asked = {"amount": _amount(progress.expected, False, unit)}
    if progress.paced_to and progress.paced_to < progress.end:
        asked["day"] = _day(progress.paced_to)
        return _("the pace asks for %(amount)s by %(day)s") % asked
    return _("the pace asks for %(amount)s") % asked


def _amount(value: Fraction | None, percents: bool, unit: str) -> str:
    if value is None:
        return "–"
    if percents:
        return percent(value)
    decimals = 0 if value.denominator == 1 or value >= 100 else 1
    text = number_format(round(float(value), decimals), decimals, force_grouping=True)
    return f"{text} {unit}".strip()


def _bar(progress: Progress | None) -> dict[str, Any] | None:
    """How much of the target is there, as a bar."""
    if progress is None or progress.share is None:
        return None
    done = min(float(progress.share), 1.0)
    tone = {"on_pace": "kept", "": "calm"}.get(TONES[progress.state], TONES[progress.state])
    return share_bar([Part(done, "", tone), Part(1 - done, "", "rest")])
