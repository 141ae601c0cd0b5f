"""The teams that promises concern: what each owes, what is owed to it, and by which calendars it works."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agreements.business_time import ALWAYS_OPEN, Schedule
from agreements.models import Agreement, Commitment
from agreements.promises import in_force_history
from agreements.terms.values import Promise
from people.models import Team


@dataclass(frozen=True, slots=True)
class Party:
    """A team, the signed promises of all times that it owes, and those of its agreements that others owe.

    ``schedules``: the calendars of the promises in force; promises without a calendar have none.
    ``signed_at``: when the first of them was signed.
    """

    team: Team
    owed: tuple[Promise, ...]
    shared: tuple[Promise, ...]
    schedules: frozenset[Schedule]
    signed_at: datetime

    def owed_keys(self) -> set[str]:
        """Keys of the commitments that the team owes or owed."""
        return {promise.key for promise in self.owed}


def parties(*, as_of: datetime) -> list[Party]:
    """The teams that owe a promise in force or are party to its agreement, by slug; a few statements."""
    concerned: dict[int, list[Promise]] = defaultdict(list)
    members = _parties_by_agreement()
    for promise in in_force_history():
        for team_id in members.get(promise.agreement_key, frozenset()) | {promise.team_id}:
            concerned[team_id].append(promise)
    signed_at = _signed_at()
    found = (
        _party(team, concerned[team.id], signed_at, as_of) for team in Team.objects.filter(id__in=concerned)
    )
    return [party for party in found if _concerned(party, as_of)]


def party_of(team: Team, *, as_of: datetime) -> Party:
    """One team's part, also when no promise concerns it now."""
    members = _parties_by_agreement()
    mine = [
        p for p in in_force_history() if team.id == p.team_id or team.id in members.get(p.agreement_key, ())
    ]
    return _party(team, mine, _signed_at(), as_of)


def _party(team: Team, mine: Sequence[Promise], signed_at: Mapping[int, datetime], as_of: datetime) -> Party:
    return Party(
        team=team,
        owed=tuple(promise for promise in mine if promise.team_id == team.id),
        shared=tuple(promise for promise in mine if promise.team_id != team.id),
        schedules=frozenset(p.schedule for p in mine if _in_force(p, as_of) and p.schedule != ALWAYS_OPEN),
        signed_at=min((signed_at[promise.commitment_id] for promise in mine), default=as_of),
    )


def _signed_at() -> dict[int, datetime]:
    rows = Commitment.objects.signed().order_by().values_list("id", "version__signed_at")
    return {commitment_id: signed_at for commitment_id, signed_at in rows if signed_at}


def _concerned(party: Party, as_of: datetime) -> bool:
    return any(_in_force(promise, as_of) for promise in (*party.owed, *party.shared))


def _in_force(promise: Promise, as_of: datetime) -> bool:
    return promise.starts_at <= as_of and (promise.ends_at is None or as_of < promise.ends_at)


def _parties_by_agreement() -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for key, team_id in Agreement.objects.values_list("key", "parties"):
        found[key].add(team_id)
    return {key: frozenset(team_ids) for key, team_ids in found.items()}
