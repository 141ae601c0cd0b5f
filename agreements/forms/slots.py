"""What each kind of promise lets people adapt: a field for each, and where its value stands in the terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.durations import parse_duration
from agreements.enums import Kind, Period
from agreements.forms.fields import (
    ConditionsField,
    DayField,
    DurationField,
    PointsField,
    RateTargetField,
    TargetField,
)

Path = tuple[str, ...]
WHAT, JUDGED, TOLD = "what", "judged", "told"
"""The parts of the form: what is promised, how it is judged, how it is told."""

PERIODS = [
    (Period.DAY.value, _("a day")),
    (Period.WEEK.value, _("a week")),
    (Period.MONTH.value, _("a month")),
    (Period.QUARTER.value, _("a quarter")),
    (Period.HALF.value, _("half a year")),
    (Period.YEAR.value, _("a year")),
]
OUTSIDE_HOURS = [
    ("count", _("count from then on")),
    ("next_opening", _("count from the next opening")),
    ("ignore", _("do not count")),
]
EACH = [("team", _("the whole team")), ("member", _("each member")), ("account", _("each account"))]
UNTIL = [("", _("without end")), ("accounts_full", _("until the accounts have all the contacts they need"))]
PRORATE = [("", _("the same in every period")), ("open_days", _("less in a period with closed days"))]
NOTIFY = [
    ("digest", _("in the daily e-mail")),
    ("live", _("at once and in the daily e-mail")),
    ("none", _("not by e-mail")),
]


@dataclass(frozen=True, slots=True)
class Slot:
    """A field, the path of its value in the terms, the part of the form it stands in."""

    path: Path
    field: forms.Field
    part: str = WHAT

    def shown(self, terms: Mapping[str, Any], default: Any) -> Any:
        """What the field shows of these terms, ``default`` where they say nothing."""
        written = value_at(terms, self.path)
        if written is None:
            written = default
        show = getattr(self.field, "shown", None)
        return show(written) if show and written is not None else written


def slots(kind: Kind, terms: Mapping[str, Any]) -> dict[str, Slot]:
    """The fields of a promise of this kind with these terms, by name, in the order of reading."""
    made = {
        Kind.RESPONSE: _response,
        Kind.CHECKLIST: _checklist,
        Kind.RATE: _rate,
        Kind.VOLUME: _volume,
        Kind.COVERAGE: _coverage,
    }[kind](terms)
    return made | _told(kind)


def value_at(terms: Mapping[str, Any], path: Path) -> Any:
    """What the terms say at a path, None where they say nothing."""
    value: Any = terms
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def with_value(terms: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The terms with another value at a path; without it where the value is None or empty."""
    first, rest = path[0], path[1:]
    if rest:
        inner = terms.get(first)
        value = with_value(inner if isinstance(inner, Mapping) else {}, rest, value)
    if value in (None, "", {}):
        return {key: held for key, held in terms.items() if key != first}
    return {**terms, first: value}


def _response(terms: Mapping[str, Any]) -> dict[str, Slot]:
    within = DurationField(
        label=_("Allowed time"), help_text=_("0 business days: before the end of the same day.")
    )
    outside = forms.ChoiceField(
        label=_("What begins outside the hours"),
        choices=OUTSIDE_HOURS,
        required=False,
        help_text=_("Business hours and days always begin at the next opening, unless they do not count."),
    )
    return {
        "within": Slot(("within",), within),
        "where": Slot(("where",), _conditions()),
        "early": Slot(("early",), _early()),
        "outside_hours": Slot(("outside_hours",), outside),
        "target": Slot(("target",), _share_target(_("Target: kept, in per cent")), JUDGED),
        **_judged(),
        "give_up": Slot(("give_up",), _give_up(), JUDGED),
    }


def _checklist(terms: Mapping[str, Any]) -> dict[str, Slot]:
    values = value_at(terms, ("steps", "values")) or {}
    steps = {
        f"step_{number}": Slot(
            ("steps", "values", value),
            DurationField(label=_("Step “%(step)s” within") % {"step": value}),
        )
        for number, value in enumerate(sorted(values, key=lambda step: _length(values[step])))
    }
    return {
        **steps,
        "where": Slot(("where",), _conditions()),
        "early": Slot(("early",), _early()),
        "target": Slot(("target",), _share_target(_("Target: kept, in per cent")), JUDGED),
        **_judged(),
        "give_up": Slot(("give_up",), _give_up(), JUDGED),
    }


def _length(within: str) -> int:
    """Shorter steps come first: a database keeps no order of keys."""
    return parse_duration(within).rough_seconds


def _rate(terms: Mapping[str, Any]) -> dict[str, Slot]:
    made = {"where": Slot(("where",), _conditions())}
    if value_at(terms, ("having", "event")) or value_at(terms, ("having", "events")):
        label = _("Time in which it must happen")
        made["having_within"] = Slot(("having", "within"), DurationField(label=label, required=False))
    every = forms.ChoiceField(
        label=_("The target rises once"), choices=[("", _("never")), *PERIODS], required=False
    )
    by = PointsField(
        label=_("by so many points"),
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=6,
        help_text=_("A target not to be exceeded falls by as much."),
    )
    since = _("Baseline from")
    return {
        **made,
        "target": Slot(("target",), RateTargetField(label=_("Target")), JUDGED),
        "baseline_from": Slot(("baseline", "from"), DayField(label=since, required=False), JUDGED),
        "baseline_to": Slot(
            ("baseline", "to"),
            DayField(
                label=_("Baseline up to and with"),
                required=False,
                help_text=_("What it was in these days is what the target is held against."),
            ),
            JUDGED,
        ),
        "ramp_every": Slot(("ramp", "every"), every, JUDGED),
        "ramp_by": Slot(("ramp", "by"), by, JUDGED),
        **_judged(),
    }


def _volume(terms: Mapping[str, Any]) -> dict[str, Slot]:
    each = forms.ChoiceField(label=_("Owed by"), choices=EACH, required=False)
    until = forms.ChoiceField(label=_("Owed"), choices=UNTIL, required=False)
    prorate = forms.ChoiceField(label=_("In short periods"), choices=PRORATE, required=False)
    return {
        "target": Slot(("target",), TargetField(label=_("Target: how many"), percent=False)),
        "per": _per(WHAT, _("Counted over")),
        "each": Slot(("each",), each),
        "where": Slot(("where",), _conditions()),
        "until": Slot(("until",), until, JUDGED),
        "prorate": Slot(("prorate",), prorate, JUDGED),
        "settle": Slot(("settle",), _settle(), JUDGED),
        "logged_within": Slot(("logged_within",), _logged_within(), JUDGED),
    }


def _coverage(terms: Mapping[str, Any]) -> dict[str, Slot]:
    return {
        "target": Slot(("target",), _share_target(_("Target: share of the calendar's hours, in per cent"))),
        "per": _per(WHAT, _("Judged over")),
        "settle": Slot(("settle",), _settle(), JUDGED),
        "logged_within": Slot(("logged_within",), _logged_within(), JUDGED),
    }


def _judged() -> dict[str, Slot]:
    least = forms.IntegerField(
        label=_("Judged from so many cases on"),
        min_value=1,
        required=False,
        help_text=_("With fewer the period says “too few to judge”."),
    )
    return {
        "per": _per(JUDGED, _("Judged over")),
        "min_sample": Slot(("min_sample",), least, JUDGED),
        "settle": Slot(("settle",), _settle(), JUDGED),
        "logged_within": Slot(("logged_within",), _logged_within(), JUDGED),
    }


def _told(kind: Kind) -> dict[str, Slot]:
    help_text = _("The one next step that whoever missed it reads first.")
    notify = forms.ChoiceField(label=_("Told"), choices=NOTIFY, required=False)
    return {"notify": Slot(("notify",), notify, TOLD)} | {
        f"playbook_{language}": Slot(
            ("playbook", language),
            forms.CharField(
                label=label,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=help_text if language == "en" else "",
            ),
            TOLD,
        )
        for language, label in (("en", _("Playbook in English")), ("fr", _("Playbook in French")))
    }


def _per(part: str, label: Any) -> Slot:
    return Slot(("per",), forms.ChoiceField(label=label, choices=PERIODS, required=False), part)


def _share_target(label: Any) -> TargetField:
    return TargetField(label=label, percent=True)


def _conditions() -> ConditionsField:
    return ConditionsField(
        label=_("Only where"),
        required=False,
        help_text=_("One condition a line, as account.named: true; empty: all of them."),
    )


def _early() -> DurationField:
    return DurationField(label=_("May be done before, by"), required=False)


def _give_up() -> DurationField:
    return DurationField(label=_("Not waited for any longer after"), required=False)


def _logged_within() -> DurationField:
    help_text = _("What is entered later still shows, and does not count as done; empty: it counts whenever.")
    return DurationField(label=_("Must be entered within"), required=False, help_text=help_text)


def _settle() -> DurationField:
    help_text = _("Time for slow feeds to arrive.")
    return DurationField(label=_("A miss is told only after"), required=False, help_text=help_text)
