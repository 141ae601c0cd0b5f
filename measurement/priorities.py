"""Does sales work the right leads first? The score at the handoff against the time to the first contact.

A lead counts from its first handoff (``measurement.journeys``) to the first touch by a person at or after it:
a call, an e-mail, a message, a booked meeting, never one that the system sent (``data.automatic``). Time is
the open time of the calendar by which sales promised contact. Scores are those known at the handoff.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from statistics import quantiles

import numpy as np

from agreements.business_time import ALWAYS_OPEN, Schedule
from agreements.enums import Kind
from agreements.terms.values import Promise
from core.replicas import reading as connection
from leads.event_kinds import TOUCHES
from measurement.enums import ClockState
from measurement.journeys import FACTS, about_leads, parameters
from measurement.kept.gathering import NUMBER
from measurement.kept.serving import zone_kept
from measurement.models import Clock

#: Of so many leads at most, the latest, the page speaks: pairs of them are compared.
MOST = 1_500
#: Starts after which contact is promised, the usual one first.
STARTS = ("lead.accepted", "lead.qualified", "lead.assigned")

_KINDS = ", ".join(f"'{kind}'" for kind in sorted(TOUCHES))
_BY_A_PERSON = "coalesce(e.data ->> 'automatic', '') <> 'true'"
LIVE = f"""
WITH {FACTS}, handed AS MATERIALIZED (
    SELECT * FROM journey WHERE mql_at < %(end)s AND mql_at >= %(since)s
    AND (%(until)s::timestamptz IS NULL OR mql_at < %(until)s)
    AND (%(origin)s::text IS NULL OR origin = %(origin)s)
    AND (%(owners)s::bigint[] IS NULL OR owner_id = ANY (%(owners)s))
), scored AS (
    SELECT h.*, coalesce(
        (SELECT v.fields -> 'score' FROM leads_recordversion v WHERE v.ref_id = h.id AND v.fields ? 'score'
            AND v.valid_from <= h.mql_at ORDER BY v.valid_from DESC LIMIT 1),
        (SELECT first.fields -> 'score' FROM (SELECT fields FROM leads_recordversion v WHERE v.ref_id = h.id
            ORDER BY v.valid_from LIMIT 1) first)) AS score
    FROM handed h
), touched AS (
    SELECT t.lead_id, min(t.at) AS at FROM ({about_leads(_KINDS, _BY_A_PERSON)}) t
    JOIN handed h ON h.id = t.lead_id AND t.at >= h.mql_at GROUP BY t.lead_id
), dropped AS (
    SELECT f.ref, min(f.at) AS at FROM lead_fact f JOIN handed h ON h.id = f.ref AND f.at >= h.mql_at
    WHERE f.kind IN ('lead.rejected', 'lead.recycled') GROUP BY f.ref
)
SELECT s.id, (s.score #>> '{{}}')::numeric::float8, s.owner_id, extract(epoch FROM s.mql_at)::bigint,
    extract(epoch FROM t.at)::bigint
FROM scored s LEFT JOIN touched t ON t.lead_id = s.id LEFT JOIN dropped d ON d.ref = s.id
WHERE jsonb_typeof(s.score) IN ('number', 'string') AND (s.score #>> '{{}}') ~ '{NUMBER}'
AND (t.at IS NOT NULL OR d.at IS NULL)
ORDER BY s.mql_at DESC, s.id DESC LIMIT %(limit)s
"""
#: Each condition stands only where it is asked, so that the index of what is asked gives the order.
KEPT = """
SELECT lead_id, score, owner_id, extract(epoch FROM mql_at)::bigint, extract(epoch FROM touched_at)::bigint
FROM measurement_journey WHERE mql_at >= %(since)s AND mql_at < %(end)s
AND score IS NOT NULL AND (touched_at IS NOT NULL OR dropped_at IS NULL) {narrowed}
ORDER BY mql_at DESC, lead_id DESC LIMIT %(limit)s
"""
NARROWED = {
    "until": "AND mql_at < %(until)s",
    "origin": "AND origin = %(origin)s",
    "owners": "AND owner_id = ANY (%(owners)s)",
}


@dataclass(frozen=True, slots=True)
class Contacted:
    """One lead with its score at the handoff, and the open ``seconds`` until somebody got in touch; until now
    where nobody did yet (``contacted`` false). ``kept``: whether the promise of contact was kept, None where
    it is not judged."""

    lead: int
    score: float
    owner: int | None
    handed_at: int
    touched_at: int | None
    seconds: int
    kept: bool | None

    @property
    def contacted(self) -> bool:
        """Whether somebody got in touch."""
        return self.touched_at is not None


@dataclass(frozen=True, slots=True)
class Band:
    """Leads with scores from ``low`` to below ``high`` (None: and above). ``median`` open seconds; with
    ``at_least`` the middle one still waits, so that it will be more."""

    low: float
    high: float | None
    leads: int
    contacted: int
    median: int | None
    at_least: bool
    kept: int
    judged: int

    @property
    def kept_share(self) -> Fraction | None:
        """Of the leads whose promise was judged, those that were contacted in time."""
        return Fraction(self.kept, self.judged) if self.judged else None


def contact_promises(promises: Iterable[Promise]) -> list[Promise]:
    """The promises of sales to get in touch with a lead (of each market its own): responses that a touch
    stops, started by the acceptance of a lead, else by its handoff, else by its assignment."""
    found = [
        promise
        for promise in promises
        if promise.kind is Kind.RESPONSE and _kinds(promise.terms.stop) & TOUCHES
    ]
    for start in STARTS:
        if some := [promise for promise in found if start in _kinds(promise.terms.start)]:
            return some
    return []


def contacts(
    *,
    since: datetime,
    until: datetime | None = None,
    origin: str | None = None,
    owners: Collection[int] | None = None,
    promises: Sequence[Promise],
    as_of: datetime,
) -> list[Contacted]:
    """Leads with a score that were handed over in [since, until), the earliest first: of more than MOST the
    latest. ``owners``: only theirs.

    Those that were rejected or given back before anybody got in touch are left out: nobody owes them a call.
    A lead's time is that of the promise that was made about it, of the first of ``promises`` without one, and
    elapsed time without any.
    """
    given = {"since": since, "until": until, "origin": origin, "limit": MOST, **parameters(as_of)}
    given["owners"] = None if owners is None else list(owners)
    narrowed = " ".join(text for name, text in NARROWED.items() if given[name] is not None)
    with connection.cursor() as cursor:
        cursor.execute(KEPT.format(narrowed=narrowed) if zone_kept(as_of=as_of) else LIVE, given)
        rows = cursor.fetchall()[::-1]
    judged = _judged([row[0] for row in rows], promises, as_of=as_of)
    schedules = {promise.key: promise.schedule for promise in promises}
    usual = promises[0].schedule if promises else ALWAYS_OPEN
    now = int(as_of.timestamp())
    found = []
    for row in rows:
        key, kept = judged.get(row[0], ("", None))
        spent = _spent(schedules.get(key, usual), row[3], now if row[4] is None else row[4])
        lead, score, owner, handed, touched = row
        found.append(Contacted(lead, score, owner, handed, touched, spent, kept))
    return found


def _spent(schedule: Schedule, since: int, until: int) -> int:
    """Open seconds between two instants in seconds since 1970."""
    start, end = datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(max(since, until), UTC)
    return schedule.elapsed(start, end)


def bands(found: Sequence[Contacted]) -> list[Band]:
    """The leads in quarters by score, the hottest first; fewer where many scores are equal."""
    scores = sorted(one.score for one in found)
    if not scores:
        return []
    cuts = quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else []
    lows = sorted({scores[0], *(cut for cut in cuts if cut > scores[0])})
    edges: list[tuple[float, float | None]] = list(zip(lows, [*lows[1:], None], strict=True))
    made = (_band(low, high, found) for low, high in reversed(edges))
    return [band for band in made if band.leads]


def first_things_first(found: Sequence[Contacted], *, as_of: datetime) -> Fraction | None:
    """Of the pairs of leads that waited at the same time and of which one was contacted first: in which share
    it was the one with the higher score. A half is chance; None without such a pair."""
    never = np.iinfo(np.int64).max
    score = np.array([one.score for one in found])
    handed = np.array([one.handed_at for one in found], dtype=np.int64)
    touched = np.array([never if one.touched_at is None else one.touched_at for one in found], dtype=np.int64)
    ends = np.minimum(touched, int(as_of.timestamp()) + 1)
    together = (handed[:, None] < ends[None, :]) & (handed[None, :] < ends[:, None])
    hotter = together & (score[:, None] > score[None, :])
    first = int(np.count_nonzero(hotter & (touched[:, None] < touched[None, :])))
    last = int(np.count_nonzero(hotter & (touched[:, None] > touched[None, :])))
    return Fraction(first, first + last) if first + last else None


def _band(low: float, high: float | None, found: Sequence[Contacted]) -> Band:
    some = [one for one in found if one.score >= low and (high is None or one.score < high)]
    middle = (
        sorted(some, key=lambda one: (one.seconds, one.contacted))[(len(some) - 1) // 2] if some else None
    )
    return Band(
        low,
        high,
        leads=len(some),
        contacted=sum(one.contacted for one in some),
        median=middle.seconds if middle else None,
        at_least=middle is not None and not middle.contacted,
        kept=sum(one.kept is True for one in some),
        judged=sum(one.kept is not None for one in some),
    )


def _judged(
    leads: Sequence[int], promises: Sequence[Promise], *, as_of: datetime
) -> dict[int, tuple[str, bool | None]]:
    """By lead the promise of its first judged clock (else of its first one) and whether that was met."""
    keys = [promise.key for promise in promises]
    clocks = Clock.objects.for_commitment(keys).filter(subject_id__in=leads).with_state(as_of)
    found: dict[int, tuple[str, bool | None]] = {}
    columns = ("subject_id", "commitment_key", "state_now")
    for subject, key, state in clocks.order_by("started_at", "id").values_list(*columns):
        judged = state == ClockState.MET or state in ClockState.missed
        if subject not in found or (judged and found[subject][1] is None):
            found[subject] = (key, state == ClockState.MET if judged else None)
    return found


def _kinds(selectors: Iterable) -> set[str]:
    return {kind for selector in selectors for kind in selector.events}
