"""A version on trial, promise by promise: how often it would be kept, and what signing would have meant."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import AgreementVersion
from agreements.promises import promise_of
from agreements.terms import Promise, Target
from core.charts.periods import PeriodPoint, period_bars
from measurement.models import TrialResult
from reporting import words
from reporting.showing.numbers import number, percent
from reporting.showing.promises import aim_of, period_name, target_text, title_of

NARROW, NARROW_MOST = 340, 8


@dataclass(frozen=True, slots=True)
class ShownPeriod:
    """One week of clocks, or one period of another kind."""

    label: str
    figure: str
    target: str
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """One promise on trial; ``meant`` are sentences, ``binding`` what the signed one came to."""

    key: str
    title: str
    aim: str
    figure: str
    told: str
    meant: list[str]
    binding: str
    periods: list[ShownPeriod]
    chart: dict[str, Any] | None
    narrow_chart: dict[str, Any] | None
    measured_at: datetime | None


def shown_trials(version: AgreementVersion) -> list[ShownTrial]:
    """Every promise of the version in its order, also those that were not measured yet."""
    results = {result.commitment_key: result for result in version.trial_results.all()}
    rows: Any = version.commitments.select_related("version__agreement", "calendar").order_by("position")
    return [_shown(promise_of(row), results.get(row.key)) for row in rows]


def _shown(promise: Promise, result: TrialResult | None) -> ShownTrial:
    title, aim = title_of(promise), aim_of(promise)
    if result is None:
        told = _("not measured yet")
        return ShownTrial(promise.key, title, aim, "–", told, [], "", [], None, None, None)
    figures = result.figures
    clocks, periods = figures["clocks"], figures["periods"]
    points = [_week(promise, week) for week in figures["weeks"]]
    target = promise.terms.target if isinstance(promise.terms.target, Target) else None
    level = float(target.value) if points and target and target.percent else None
    return ShownTrial(
        key=promise.key,
        title=title,
        aim=aim,
        figure=_kept_rate(clocks) if clocks else _latest(periods),
        told=_counts(clocks) if clocks else _periods_told(periods),
        meant=_meant(figures["meant"]),
        binding=_binding(figures["binding"], by_clocks=bool(clocks)),
        periods=_weeks(figures["weeks"]) if clocks else [_period(promise, one) for one in periods],
        chart=period_bars(points, level) if len(points) > 1 else None,
        narrow_chart=period_bars(points[-NARROW_MOST:], level, width=NARROW) if len(points) > 1 else None,
        measured_at=result.measured_at,
    )


def _kept_rate(clocks: dict[str, int]) -> str:
    judged = clocks["met"] + _missed(clocks)
    return percent(Fraction(clocks["met"], judged)) if judged else "–"


def _missed(clocks: dict[str, int]) -> int:
    return clocks["late"] + clocks["overdue"] + clocks["failed"]


def _counts(clocks: dict[str, int]) -> str:
    counts = [
        ngettext("%(n)d kept", "%(n)d kept", clocks["met"]) % {"n": clocks["met"]},
        ngettext("%(n)d missed", "%(n)d missed", _missed(clocks)) % {"n": _missed(clocks)},
    ]
    if clocks["running"]:
        counts.append(ngettext("%(n)d open", "%(n)d open", clocks["running"]) % {"n": clocks["running"]})
    if clocks["left_out"]:
        left = clocks["left_out"]
        counts.append(ngettext("%(n)d left out", "%(n)d left out", left) % {"n": left})
    return ", ".join(counts)


def _latest(periods: list[dict[str, Any]]) -> str:
    """The last complete period's value; of a trial younger than a period, the one that runs."""
    over = [period for period in periods if period["verdict"] is not None]
    return _value((over or periods)[-1]) if periods else "–"


def _periods_told(periods: list[dict[str, Any]]) -> str:
    over = [period for period in periods if period["verdict"] is not None]
    if not over:
        return _("so far; the first period is not over")
    kept = sum(period["verdict"] == "kept" for period in over)
    text = ngettext("%(kept)d of %(n)d period kept", "%(kept)d of %(n)d periods kept", len(over))
    return text % {"kept": kept, "n": len(over)}


def _value(period: dict[str, Any]) -> str:
    if period["value"] is None:
        return number(period["numerator"]) if period["denominator"] is None else "–"
    return number(period["value"]) if period["denominator"] is None else percent(period["value"])


def _meant(meant: dict[str, int]) -> list[str]:
    if not meant["breaches"]:
        return [_("No exception, no mail.")]
    breaches, mails = meant["breaches"], meant["mails"]
    said = [
        ngettext("%(n)d exception to deal with", "%(n)d exceptions to deal with", breaches) % {"n": breaches}
    ]
    if meant["people"]:
        said.append(
            ngettext("owed by %(n)d person", "owed by %(n)d people", meant["people"]) % {"n": meant["people"]}
        )
    if meant["unassigned"]:
        lost = meant["unassigned"]
        said.append(ngettext("%(n)d of nobody", "%(n)d of nobody", lost) % {"n": lost})
    said.append(ngettext("%(n)d mail", "%(n)d mails", mails) % {"n": mails})
    if meant["escalations"]:
        steps = meant["escalations"]
        said.append(ngettext("%(n)d escalation", "%(n)d escalations", steps) % {"n": steps})
    return said


def _binding(binding: dict[str, int] | None, *, by_clocks: bool) -> str:
    if binding is None:
        return _("No signed version has this promise.")
    if not binding["of"]:
        return _("Version %(version)d, signed: nothing to judge yet.") % binding
    if by_clocks:
        rate = percent(Fraction(binding["kept"], binding["of"]))
        words_of = _("Version %(version)d, signed: %(rate)s (%(kept)d of %(of)d)")
        return words_of % {**binding, "rate": rate}
    return _("Version %(version)d, signed: %(kept)d of %(of)d periods kept") % binding


def _week(promise: Promise, week: dict[str, Any]) -> PeriodPoint:
    judged = week["kept"] + week["missed"]
    value = week["kept"] / judged if judged else None
    label = _("W%(week)d") % {"week": date.fromisoformat(week["week"]).isocalendar().week}
    target = promise.terms.target
    met = value is not None and isinstance(target, Target) and target.met_by(Fraction(week["kept"], judged))
    text = percent(Fraction(week["kept"], judged)) if judged else "–"
    told = _("%(kept)d kept, %(missed)d missed") % week
    return PeriodPoint(
        label,
        value,
        "open" if value is None else "kept" if met else "missed",
        text,
        f"{label}: {text}, {told}",
    )


def _weeks(weeks: list[dict[str, Any]]) -> list[ShownPeriod]:
    shown = []
    for week in reversed(weeks):
        judged = week["kept"] + week["missed"]
        label = _("Week of %(day)s") % {
            "day": date_format(date.fromisoformat(week["week"]), "SHORT_DATE_FORMAT")
        }
        rate = percent(Fraction(week["kept"], judged)) if judged else "–"
        shown.append(ShownPeriod(label, rate, "", _("%(kept)d kept, %(missed)d missed") % week, ""))
    return shown


def _period(promise: Promise, period: dict[str, Any]) -> ShownPeriod:
    target = period["target"]
    against = Target(target["op"], Fraction(target["value"]), target["percent"]) if target else None
    verdict = period["verdict"]
    return ShownPeriod(
        label=period_name(promise, datetime.fromisoformat(period["start"])),
        figure=_value(period),
        target=target_text(against) if against else "",
        verdict=words.verdict(verdict) if verdict else _("still running"),
        tone=verdict if verdict in ("kept", "missed") else "",
    )
