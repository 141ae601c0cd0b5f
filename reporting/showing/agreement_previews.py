"""What each promise of a version would have given on the company's own last 90 days, before it is signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import AgreementVersion
from agreements.promises import promise_of
from measurement.preview import Clocks, PeriodFigures, Preview, preview
from reporting import words
from reporting.showing.numbers import number, percent
from reporting.showing.promises import aim_of, period_name, target_text, title_of


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """One promise: its aim, what the past would have given, and of how much that was read."""

    title: str
    aim: str
    figure: str
    told: str
    sample: str


def previews(version: AgreementVersion, *, as_of: datetime) -> list[ShownPreview]:
    """One line a promise; nothing is stored. Takes seconds where there are many facts."""
    rows: Any = version.commitments.select_related("version__agreement", "calendar").order_by("position")
    return [_shown(found) for found in preview([promise_of(row) for row in rows], as_of=as_of)]


def _shown(found: Preview) -> ShownPreview:
    figure, told = _clocks(found.clocks) if found.clocks else _periods(found)
    if found.is_empty:
        figure, told = "–", _("nothing happened that it is about")
    said = {"looked": number(found.looked_at), "records": number(found.records)}
    sample = _("a sample of %(looked)s of about %(records)s records") % said if found.is_sample else ""
    return ShownPreview(title_of(found.promise), aim_of(found.promise), figure, told, sample)


def _clocks(clocks: Clocks) -> tuple[str, str]:
    missed = clocks.judged - clocks.met
    told = [
        ngettext("%(n)d kept", "%(n)d kept", clocks.met) % {"n": clocks.met},
        ngettext("%(n)d missed", "%(n)d missed", missed) % {"n": missed},
        ngettext("%(n)d left out", "%(n)d left out", clocks.left_out) % {"n": clocks.left_out}
        if clocks.left_out
        else "",
    ]
    return percent(clocks.kept_rate), ", ".join(filter(None, told))


def _periods(found: Preview) -> tuple[str, str]:
    """The last complete period, and how many of them would have been kept."""
    if not found.periods:
        return "–", ""
    last = found.periods[-1]
    kept = sum(period.verdict == "kept" for period in found.periods)
    told = _("%(kept)d of %(n)d periods kept; %(period)s: %(verdict)s") % {
        "kept": kept,
        "n": len(found.periods),
        "period": period_name(found.promise, last.span.start),
        "verdict": words.verdict(last.verdict),
    }
    return _figure(last), told


def _figure(last: PeriodFigures) -> str:
    if last.value is None:
        return "–"
    value = number(last.value) if last.denominator is None else percent(last.value)
    if last.target is None:
        return value
    return _("%(value)s for %(target)s") % {"value": value, "target": target_text(last.target)}
