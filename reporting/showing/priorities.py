"""Whether the right leads are worked first, as it is shown: quarters by score, dots, the hot ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agreements.durations import Duration, Measure
from agreements.terms.values import Promise
from core.charts.scatter import Dot, scatter
from leads.models import Member
from measurement.priorities import Band, Contacted, bands, first_things_first
from people.visibility import Sight
from reporting.labels import labels_of
from reporting.owner_names import OwnerNames
from reporting.showing.numbers import percent

HOT = 10
MOST_DOTS = 400
TICKS = (60, 600, 3_600, 14_400, 57_600, 288_000)
NARROW = 340
A_HALF = Fraction(1, 2)
FAIRLY = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class ShownBand:
    """A quarter of the leads by score."""

    label: str
    leads: int
    contacted: str
    median: str
    kept: str
    judged: int


@dataclass(frozen=True, slots=True)
class HotLead:
    """A lead of the hottest quarter that waited long."""

    label: str
    score: str
    owner: str
    handed_at: datetime
    waited: str
    contacted: bool
    tone: str
    state: str


def open_hours(seconds: int) -> str:
    """``40 min``, ``2 h 5 min``, ``36 h``: open time has no days."""
    minutes = seconds // 60
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min" if minutes else f"{seconds} s"
    return f"{hours} h" if hours >= 10 or not rest else f"{hours} h {rest} min"


def page(found: Sequence[Contacted], promises: Sequence[Promise], sight: Sight) -> dict[str, Any]:
    """All that the page shows of these leads."""
    made = bands(found)
    share = first_things_first(found, as_of=sight.as_of)
    label = _("Score at the handoff against the time to the first contact; the table below has the figures.")
    return {
        "bands": [_band(band) for band in made],
        "sentence": _sentence(share),
        "share": percent(share) if share is not None else "",
        "hot": _hot(found, made, sight),
        "dots_label": label,
        "chart": _chart(found, promises),
        "narrow_chart": _chart(found, promises, width=NARROW),
        "left_out_dots": max(len(found) - MOST_DOTS, 0),
    }


def _band(band: Band) -> ShownBand:
    low = _score(band.low)
    label = _("%(low)s and more") % {"low": low}
    if band.high is not None:
        label = _("%(low)s to below %(high)s") % {"low": low, "high": _score(band.high)}
    median = "–" if band.median is None else open_hours(band.median)
    if band.at_least:
        median = _("over %(time)s, still waiting") % {"time": median}
    contacted = f"{band.contacted} ({percent(Fraction(band.contacted, band.leads))})"
    return ShownBand(label, band.leads, contacted, median, percent(band.kept_share), band.judged)


def _score(score: float) -> str:
    return number_format(f"{score:.1f}".rstrip("0").rstrip("."))


def _sentence(share: Fraction | None) -> str:
    """The answer to the question of the page."""
    if share is None:
        return _("No two leads with different scores waited at the same time yet.")
    said = {"share": percent(share)}
    if share > A_HALF + FAIRLY:
        return (
            _("Yes, mostly: of two leads that waited, the hotter one was contacted first in %(share)s.")
            % said
        )
    if share < A_HALF - FAIRLY:
        return _("No: of two leads that waited, the hotter one was contacted first in %(share)s only.") % said
    text = _(
        "The score makes no difference: of two leads that waited, the hotter one was first in %(share)s."
    )
    return text % said


def _hot(found: Sequence[Contacted], made: Sequence[Band], sight: Sight) -> list[HotLead]:
    """The hottest quarter's longest waits, of those rows that the reader may see one by one."""
    if not made:
        return []
    hottest = [one for one in found if one.score >= made[0].low]
    names = OwnerNames({one.owner for one in hottest}, sight)
    seen = [one for one in hottest if one.owner is None or names.may_name(one.owner)]
    waited = sorted(seen, key=lambda one: (-one.seconds, one.handed_at, one.lead))[:HOT]
    labels = labels_of(one.lead for one in waited)
    return [_hot_lead(one, str(labels.get(one.lead, one.lead)), names) for one in waited]


def _hot_lead(one: Contacted, label: str, names: OwnerNames) -> HotLead:
    tone = _tone(one)
    states = {
        "kept": _("contacted in time"),
        "missed": _("contacted late") if one.contacted else _("overdue"),
        "open": _("not contacted yet"),
        "calm": _("contacted"),
    }
    return HotLead(
        label=label,
        score=_score(one.score),
        owner=names.name(one.owner) or _("unassigned"),
        handed_at=datetime.fromtimestamp(one.handed_at, UTC),
        waited=open_hours(one.seconds),
        contacted=one.contacted,
        tone={"open": "running", "calm": ""}.get(tone, tone),
        state=states[tone],
    )


def _tone(one: Contacted) -> str:
    if one.kept is not None:
        return "kept" if one.kept else "missed"
    return "calm" if one.contacted else "open"


def _chart(found: Sequence[Contacted], promises: Sequence[Promise], *, width: int = 720) -> dict[str, Any]:
    dots = [Dot(one.score, one.seconds, _tone(one), _title(one)) for one in found[-MOST_DOTS:]]
    ticks = [(seconds, open_hours(seconds)) for seconds in TICKS]
    return scatter(dots, ticks=ticks, limit=_limit(promises), width=width)


def _title(one: Contacted) -> str:
    words = {"score": _score(one.score), "time": open_hours(one.seconds)}
    return (_("score %(score)s: %(time)s") if one.contacted else _("score %(score)s: waits %(time)s")) % words


def _limit(promises: Sequence[Promise]) -> int | None:
    """The promised time, where one holds for all and counts from the handoff in the unit of the chart."""
    from_handoff = (p for p in promises if any("lead.qualified" in start.events for start in p.terms.start))
    allowed: set[Duration] = {promise.terms.within for promise in from_handoff}
    within = next(iter(allowed)) if len(allowed) == 1 else None
    return within.seconds if within and within.measure is Measure.BUSINESS_TIME else None


def own_members(user: Any) -> set[int]:
    """The reader's own member records."""
    return set(Member.objects.filter(user_id=user.pk).values_list("ref_id", flat=True))
