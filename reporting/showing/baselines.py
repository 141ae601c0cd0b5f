"""The baseline of a rate: at the signing, by the facts now, fixed by somebody; and whether today differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agreements.models import Commitment
from agreements.terms.values import Promise
from measurement.baselines import NoBaselineError, baseline_of
from measurement.reading_explanation import difference_of
from measurement.significance import Difference
from measurement.targets import Sample
from reporting.showing.numbers import number, percent, points, signed
from reporting.showing.reader import Reader
from reporting.showing.readings import PeriodView


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A share and what it rests on."""

    label: str
    value: str
    sample: str
    at: datetime | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class BaselineCard:
    """The lines, the difference in a sentence, and whether somebody may fix the baseline now."""

    lines: list[SampleLine]
    difference: str
    is_pinned: bool
    may_pin: bool


def baseline_card(promise: Promise, periods: Sequence[PeriodView], reader: Reader) -> BaselineCard | None:
    """The card of a promise against a baseline; None for any other."""
    if not getattr(promise.terms, "baseline", None):
        return None
    commitment = Commitment.objects.select_related("version").get(pk=promise.commitment_id)
    try:
        found = baseline_of(commitment)
    except NoBaselineError:
        return None
    is_pinned = found.pinned is not None
    lines = []
    if found.at_signing:
        lines.append(_line(_("When it was signed"), found.at_signing, found.signed_at))
    lines.append(_line(_("By the facts known now"), found.now, counts=not is_pinned))
    if found.pinned:
        lines.append(_line(_("Fixed by hand"), found.pinned, found.pinned_at, counts=True))
    return BaselineCard(
        lines=lines,
        difference=_difference(promise, periods, reader),
        is_pinned=is_pinned,
        may_pin=reader.sight.is_admin and bool(found.now.denominator),
    )


def difference_text(found: Difference) -> str:
    """``+3 points (95 % interval: −1 point to +7 points): that may be chance.``"""
    said = {
        "difference": signed(points(found.difference), found.difference),
        "low": signed(points(found.low), found.low),
        "high": signed(points(found.high), found.high),
    }
    if found.is_more_than_chance:
        return _("%(difference)s (95%% interval: %(low)s to %(high)s): that is more than chance.") % said
    return _("%(difference)s (95%% interval: %(low)s to %(high)s): that may be chance.") % said


def _line(label: str, sample: Sample, at: datetime | None = None, *, counts: bool = False) -> SampleLine:
    said = {"n": number(sample.numerator), "of": number(sample.denominator)}
    return SampleLine(label, percent(sample.value), _("%(n)s of %(of)s") % said, at, counts)


def _difference(promise: Promise, periods: Sequence[PeriodView], reader: Reader) -> str:
    """The last period that is over, beside the baseline."""
    closed = [one for one in periods if one.end <= reader.as_of and one.now and one.now.denominator]
    if not closed or closed[-1].now is None:
        return _("No period is over that could be compared with the baseline.")
    found = difference_of(closed[-1].now, promise)
    if found is None:
        return _("It cannot be told whether a difference from the baseline would be more than chance.")
    said = {"period": closed[-1].label, "value": closed[-1].text}
    return _("%(period)s: %(value)s.") % said + " " + difference_text(found)
