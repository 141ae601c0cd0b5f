"""What became of handed leads, from tallies; the leads behind a number, from an index in their order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.replicas import reading as connection
from measurement.enums import Board
from measurement.fates import NONE, By, Fate, Outcome, Reason, Row, row_of
from measurement.kept import windows
from measurement.kept.funnels import SURVIVOR, leads_by, leads_in, money_by, money_in, parameters_of, pieces
from measurement.kept.tallying import FATE
from measurement.stages import Money

GROUPS = {By.CAMPAIGN: ("party", SURVIVOR.format("given")), By.ORIGIN: ("origin", "nullif(given, '')")}
_WHERE = """(%(origin)s::text IS NULL OR coalesce(nullif(origin, ''), 'none') = %(origin)s)
    AND (%(campaigns)s::bigint[] IS NULL OR party = ANY (%(campaigns)s))"""
#: What each flag of a path is counted as.
COUNTED = {"b": "bad_data", "m": "meetings", "d": "deals", "w": "won"}
#: The party of leads without a campaign.
NOWHERE = [0]
#: The flag of a path by what a question calls it.
REACHED = {"bad_data": "b", "meeting": "m", "deal": "d", "won": "w"}


def _table(by: By) -> str:
    leads = leads_by("leads", leads_in("asked", Board.HANDED, FATE), GROUPS[by], _WHERE)
    money = money_by(money_in("asked", Board.HANDED), GROUPS[by], _WHERE)
    return f"WITH {pieces('asked')} {leads} UNION ALL {money}"


TABLES = {by: _table(by) for by in By}
_LEADS = leads_by("leads", leads_in("asked", Board.HANDED, FATE), ("0", "NULL::text"), _WHERE)
COUNT = f"WITH {pieces('asked')} {_LEADS}"
CAMPAIGNS = """
SELECT id FROM leads_ref WHERE (id = %(campaign)s AND merged_into IS NULL) OR merged_into = %(campaign)s
"""
#: Each condition stands only where it is asked, so that the index of what is asked gives the order.
LIST = f"""
SELECT j.lead_id, j.origin, {SURVIVOR.format("j.campaign_id")}::bigint, j.owner_id, j.mql_at, j.outcome,
    j.decided_at, j.reason, j.bad_data, j.met, j.deal_at, j.won_at
FROM measurement_journey j WHERE {{where}}
ORDER BY j.mql_at DESC, j.lead_id DESC LIMIT %(limit)s OFFSET %(offset)s
"""
CONDITIONS = {
    "since": "j.mql_at >= %(since)s",
    "until": "j.mql_at < %(until)s",
    "origin": "j.origin = %(origin)s",
    "campaigns": "j.campaign_id = ANY (%(campaigns)s)",
    "outcome": "j.outcome = %(outcome)s",
    "reason": "j.outcome = 'rejected' AND j.reason = %(reason)s",
}
WITHOUT = {
    "origin": "(j.origin IS NULL OR j.origin = 'none')",
    "campaigns": "j.campaign_id IS NULL",
    "reason": "j.outcome = 'rejected' AND (j.reason IS NULL OR j.reason = 'none')",
}
HAVING = {
    "meeting": "j.met",
    "deal": "j.deal_at IS NOT NULL",
    "won": "j.won_at IS NOT NULL",
    "bad_data": "j.bad_data",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Leads handed over in [since, until), of an origin and a campaign (a ref id as text, or NONE)."""

    since: datetime | None
    until: datetime | None
    origin: str | None
    campaign: str | None


def outcomes(by: By, asked: Asked, *, zone: str) -> list[Row]:
    """A row a campaign or origin; ``zone`` is that of the kept days."""
    paths: dict[str | None, list[tuple[str, int]]] = defaultdict(list)
    money: dict[str | None, list[Money]] = defaultdict(list)
    for what, key, label, numbers, *amounts in _ask(TABLES[by], _given(asked, zone)):
        if what == "money":
            money[key].append(Money(label, *numbers, *amounts))
        else:
            paths[key].append((label, numbers[0]))
    return [_row(key, told, money[key]) for key, told in paths.items()]


def fates(
    asked: Asked,
    *,
    outcome: str | None,
    reason: str | None,
    reached: str | None,
    limit: int,
    offset: int,
    zone: str,
) -> tuple[list[Fate], int]:
    """A page of the leads behind a number, and how many there are in all."""
    given = _given(asked, zone)
    count = sum(
        numbers[0]
        for _, _, path, numbers, *_ in _ask(COUNT, given)
        if _is_asked(path, outcome, reason, reached)
    )
    if offset >= count:
        return [], 0
    given |= {"since": asked.since, "until": asked.until, "outcome": outcome, "reason": reason}
    statement = LIST.format(where=" AND ".join(_conditions(given, reached)))
    found = _ask(statement, given | {"limit": limit, "offset": offset})
    return [Fate(*row) for row in found], count


def _conditions(given: dict[str, Any], reached: str | None) -> Iterable[str]:
    yield "j.mql_at IS NOT NULL"
    for name, condition in CONDITIONS.items():
        if given[name] is not None:
            yield WITHOUT.get(name, condition) if given[name] in (NONE, NOWHERE) else condition
    if reached in HAVING:
        yield HAVING[reached]


def _is_asked(path: str, outcome: str | None, reason: str | None, reached: str | None) -> bool:
    became, flags, why = _read(path)
    return (
        (outcome is None or became == outcome)
        and (reason is None or (became == Outcome.REJECTED and (why or NONE) == reason))
        and (reached not in REACHED or REACHED[reached] in flags)
    )


def _row(key: str | None, told: Sequence[tuple[str, int]], money: Sequence[Money]) -> Row:
    counts: Counter[str] = Counter()
    reasons: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
    for path, leads in told:
        became, flags, why = _read(path)
        counts.update(dict.fromkeys(("handed", became, *(COUNTED[flag] for flag in flags)), leads))
        if became == Outcome.REJECTED:
            reasons[why][0] += leads
            reasons[why][1] += leads * ("b" in flags)
    return row_of(key, counts, [Reason(why, *numbers) for why, numbers in reasons.items()], money)


def _read(path: str) -> tuple[str, str, str | None]:
    """The outcome, the flags, and the reason if there is one."""
    became, flags, *why = path.split("|", 2)
    return became, flags, why[0] if why else None


def _given(asked: Asked, zone: str) -> dict[str, Any]:
    return {
        **parameters_of("asked", windows.cut(asked.since, asked.until, zone)),
        "zone": zone,
        "origin": asked.origin,
        "campaigns": _campaigns(asked.campaign),
    }


def _campaigns(campaign: str | None) -> list[int] | None:
    """The campaigns that the asked one is, with those merged into it."""
    if campaign is None:
        return None
    if campaign == NONE:
        return NOWHERE
    if not campaign.isdecimal():
        return []
    return [ref for (ref,) in _ask(CAMPAIGNS, {"campaign": int(campaign)})]


def _ask(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()
