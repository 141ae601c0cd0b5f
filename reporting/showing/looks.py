"""What a promise means, seen before it is saved: warnings, worked deadlines, the company's own past."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agreements.catalogue import Feeding, feeding_of
from agreements.enums import Kind
from agreements.linting import LintWarning
from agreements.proposals import Proposal
from agreements.terms.kinds import BaselineTarget
from measurement.enums import Verdict
from measurement.preview import Clocks, PeriodFigures, Preview, preview
from measurement.wording.kinds import a
from reporting import words
from reporting.showing.numbers import hours, number, percent
from reporting.showing.promises import Term, in_full, period_name, target_text

DAYS = 90
ROWS = 13
"""Periods shown one by one: a quarter of weeks."""


@dataclass(frozen=True, slots=True)
class PastPeriod:
    """One complete period as a row of a table."""

    name: str
    value: str
    counted: str
    target: str
    verdict: str
    verdict_label: str


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a person sees of a promise before saving it.

    ``headline`` says in one sentence what the past would have given; ``notes`` what keeps it from saying
    more; ``feeding`` what must be fed for it to say anything.
    """

    terms: list[Term]
    warnings: list[LintWarning]
    worked: list[str]
    headline: str
    notes: list[str]
    rows: list[PastPeriod]
    missing: list[str]


def look_at(proposal: Proposal, *, as_of: datetime) -> Look:
    """The promise in words, and held against the facts of the last 90 days."""
    promise = proposal.promise
    (found,) = preview([promise], days=DAYS, as_of=as_of)
    rows = [_row(found, period) for period in found.periods]
    return Look(
        terms=[term for term in in_full(promise) if term.label != _("In force")],
        warnings=proposal.warnings,
        worked=proposal.worked,
        headline=_headline(found),
        notes=_notes(found),
        rows=list(reversed(rows[-ROWS:])),
        missing=fed_by(feeding_of(promise.terms)) if found.is_empty else [],
    )


def fed_by(feeding: Feeding) -> list[str]:
    """What must be fed, in words and as the API names it."""
    language = get_language() or "en"
    events = [f"{a(kind, language, {})} ({kind})" for kind in feeding.events]
    fields = [_("the field %(field)s") % {"field": field} for field in feeding.fields]
    return events + fields


def _headline(found: Preview) -> str:
    if found.is_empty:
        return _("No fact of the last %(days)d days has to do with this promise.") % {"days": DAYS}
    return _of_clocks(found.clocks, found) if found.clocks is not None else _of_periods(found)


def _of_clocks(clocks: Clocks, found: Preview) -> str:
    if clocks.kept_rate is None:
        text = ngettext(
            "The last %(days)d days would have started %(n)d clock, and none is decided.",
            "The last %(days)d days would have started %(n)d clocks, and none is decided.",
            clocks.running + clocks.left_out,
        )
        return text % {"days": DAYS, "n": clocks.running + clocks.left_out}
    said = {
        "days": DAYS,
        "rate": percent(clocks.kept_rate),
        "met": number(clocks.met),
        "judged": number(clocks.judged),
        "target": target_text(found.promise.terms.target),
    }
    return (
        _("Your last %(days)d days would have given %(rate)s: %(met)s of %(judged)s kept; target %(target)s.")
        % said
    )


def _of_periods(found: Preview) -> str:
    """The last complete period: the worked reading."""
    last = found.periods[-1]
    said = {
        "period": period_name(found.promise, last.span.start),
        "counted": _counted(found, last),
        "value": _value(last),
        "target": _target(found, last),
        "verdict": words.verdict(last.verdict),
    }
    if last.denominator is None:
        return _("Your last complete period, %(period)s: %(counted)s; target %(target)s: %(verdict)s.") % said
    return (
        _("Your last complete period, %(period)s: %(counted)s, %(value)s; target %(target)s: %(verdict)s.")
        % said
    )


def _notes(found: Preview) -> list[str]:
    notes = []
    if found.clocks is not None and not found.is_empty:
        notes += _of_the_undecided(found.clocks)
    judged = [p for p in found.periods if p.verdict in (Verdict.KEPT, Verdict.MISSED)]
    if len(judged) > 1:
        kept = sum(period.verdict is Verdict.KEPT for period in judged)
        notes.append(_("%(kept)d of %(n)d periods kept.") % {"kept": kept, "n": len(judged)})
    notes += _of_the_baseline(found)
    few = [period for period in found.periods if period.verdict is Verdict.TOO_FEW]
    if few and len(few) == len(found.periods) and not found.is_empty:
        least = found.promise.terms.min_sample
        notes.append(
            _("No period has %(n)d cases: all say “too few to judge”. Take longer periods.") % {"n": least}
        )
    if found.is_sample:
        said = {"looked": number(found.looked_at), "records": number(found.records)}
        notes.append(_("From a sample of %(looked)s of about %(records)s records.") % said)
    return notes


def _of_the_undecided(clocks: Clocks) -> list[str]:
    parts = [
        (clocks.late, _("%(n)s done late")),
        (clocks.overdue, _("%(n)s overdue and not done")),
        (clocks.failed, _("%(n)s failed")),
        (clocks.running, _("%(n)s still running")),
        (clocks.left_out, _("%(n)s left out")),
    ]
    told = [text % {"n": number(count)} for count, text in parts if count]
    return [", ".join(told) + "."] if told else []


def _of_the_baseline(found: Preview) -> list[str]:
    if not isinstance(found.promise.terms.target, BaselineTarget) or found.baseline is None:
        return []
    sample = found.baseline
    if sample.value is None:
        return [_("The baseline's days have no fact: no target can be told. Choose other days.")]
    said = {"value": percent(sample.value), "n": number(sample.numerator), "d": number(sample.denominator)}
    return [_("The baseline is %(value)s (%(n)s of %(d)s).") % said]


def _row(found: Preview, period: PeriodFigures) -> PastPeriod:
    return PastPeriod(
        name=period_name(found.promise, period.span.start),
        value=_value(period),
        counted=_counted(found, period),
        target=_target(found, period),
        verdict=period.verdict.value,
        verdict_label=words.verdict(period.verdict),
    )


def _value(period: PeriodFigures) -> str:
    if period.denominator is None:
        return number(period.numerator)
    return percent(period.value)


def _counted(found: Preview, period: PeriodFigures) -> str:
    if period.denominator is None:
        text = ngettext("%(n)s counted", "%(n)s counted", period.numerator)
        return text % {"n": number(period.numerator)}
    if found.promise.kind is Kind.COVERAGE:
        said = {"n": hours(period.numerator), "d": hours(period.denominator)}
        return _("%(n)s of %(d)s staffed") % said
    return _("%(n)s of %(d)s") % {"n": number(period.numerator), "d": number(period.denominator)}


def _target(found: Preview, period: PeriodFigures) -> str:
    target: Any = found.promise.terms.target if period.target is None else period.target
    return target_text(target)
