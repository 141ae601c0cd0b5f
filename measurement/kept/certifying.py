"""Whether what is kept is what the facts give: for the nightly comparison."""

import time
from datetime import datetime

from django.db import transaction

from core import heartbeats
from measurement.kept import gathering, groups, tallying
from measurement.kept.gathering import SOME_ROWS
from measurement.kept.keeping import DEALS, LEADS, batches, be_the_only_one, keep
from measurement.models import JourneyState

EXAMPLES = 20
#: Where a comparison that ran out of time left off.
POSITION = "journeys compared"

#: Who acted long before the horizon may be gone from the log: of such handoffs only the rest is compared.
_SINGLE_ACTS = ("met", "touched_at")
_GONE = "n.mql_at < (SELECT kept_from FROM leads_horizon)"


def _side(of: str, columns: list[str]) -> str:
    return ", ".join(
        f"CASE WHEN {_GONE} THEN NULL ELSE {of}.{column} END" if column in _SINGLE_ACTS else f"{of}.{column}"
        for column in columns
    )


def _other(what: str, table: str, source: str, asked: str, columns: list[str]) -> str:
    key, rest = columns[0], columns[1:]
    return f"""
    SELECT '{what}', coalesce(n.{key}, k.{key}) FROM {source} n FULL JOIN (
        SELECT stored.* FROM measurement_{table} stored JOIN {asked} a ON a.id = stored.{key}
    ) k ON k.{key} = n.{key} WHERE n.{key} IS NULL OR k.{key} IS NULL
    OR ({_side("k", rest)}) IS DISTINCT FROM ({_side("n", rest)})"""


OTHER = f"""{SOME_ROWS}
{_other("lead", "journey", "journey_row", "asked_lead", LEADS)} UNION ALL
{_other("deal", "journeydeal", "deal_row", "asked_deal", DEALS)} ORDER BY 1, 2
"""
#: Records about which something is still to be taken.
WAITING = """
SELECT ref_id FROM measurement_journeymark
UNION SELECT ref_id FROM core_changemark WHERE kind IN ('event', 'record') AND ready_at < %(end)s
"""
ASKED = "SELECT 'lead', id FROM asked_lead UNION ALL SELECT 'deal', id FROM asked_deal"


def differing(*, as_of: datetime, seconds: float | None = None) -> list[str]:
    """Leads ("journey 12"), deals and tallies kept otherwise than the facts up to ``as_of`` give them.

    Brings the journeys up to date first, changes nothing else; what waits is left out. [] before anything is
    kept. After ``seconds`` the rest is left to the next call, which goes on there; some examples are enough.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    if not JourneyState.objects.exists():
        return []
    keep(as_of=as_of)
    found: list[str] = []
    known = heartbeats.last(POSITION)
    for refs in batches(after=known.detail.get("after", 0) if known else 0):
        found += [f"journey of {what} {ref}" for what, ref in _others(refs, as_of)]
        if len(found) >= EXAMPLES or (ends is not None and time.monotonic() > ends):
            heartbeats.beat(POSITION, at=as_of, detail={"after": refs[-1]})
            return found
    heartbeats.beat(POSITION, at=as_of, detail={"after": 0})
    return found + _totals(as_of)


@transaction.atomic
def _others(refs: list[int], as_of: datetime) -> list[tuple[str, int]]:
    be_the_only_one(wait=True)
    gathering.ask(refs)
    at = max(as_of, JourneyState.objects.get().as_of)
    others = gathering.run(OTHER, as_of=at)
    if not others:
        return []
    gathering.ask([ref for (ref,) in gathering.run(WAITING, as_of=at)])
    waiting = set(gathering.run(ASKED, as_of=at))
    return [(what, ref) for what, ref in others if (what, ref) not in waiting]


@transaction.atomic
def _totals(as_of: datetime) -> list[str]:
    be_the_only_one(wait=True)
    state = JourneyState.objects.get()
    different = tallying.differing(state.zone)
    at = max(as_of, state.as_of)
    return different if gathering.run(WAITING, as_of=at) else different + groups.differing(as_of=at)
