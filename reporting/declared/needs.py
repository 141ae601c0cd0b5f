"""What the promises of somebody's teams can need that no system records: the acts that count for them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from agreements.enums import Kind
from agreements.promises import in_force_history
from agreements.terms.kinds import Having
from agreements.terms.values import Promise
from leads.declaring import declarable_kinds
from leads.enums import RecordType
from leads.kinds import subject_types
from people.memberships import team_tree
from people.models import Team
from people.visibility import Sight


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of act. ``promises``: keys of those that it may count for, ``team_id`` of the first one.

    ``types``: what it can be about, the usual one first; () for presence, which is about whoever declares.
    ``channels``: the steps that an announcement can be. ``ended_by``: the kind that ends presence.
    """

    kind: str
    team_id: int
    types: tuple[str, ...]
    promises: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    ended_by: str | None = None
    titles: tuple[object, ...] = field(default=())


def needs_of(sight: Sight) -> list[Need]:
    """What may be declared for the promises in force of the teams that the person belongs to or manages."""
    tree = team_tree()
    teams = sight.team_ids | sight.managed_team_ids
    mine = {above for team in teams for above in tree[team]}
    allowed, types = declarable_kinds(), subject_types()
    found: dict[str, Need] = {}
    for promise in _in_force(sight.as_of):
        if promise.team_id not in mine:
            continue
        for need in _needs(promise):
            if need.kind in allowed:
                about = tuple(one for one in types[need.kind] if one != RecordType.MEMBER)
                found[need.kind] = _with(found.get(need.kind), replace(need, types=about))
    own = teams & set(tree)
    return [replace(need, team_id=_nearest(need.team_id, own, tree)) for need in found.values()]


def _in_force(at: datetime) -> Iterator[Promise]:
    for promise in in_force_history():
        if promise.starts_at <= at and (promise.ends_at is None or at < promise.ends_at):
            yield promise


def _needs(promise: Promise) -> Iterator[Need]:
    """The acts that a promise counts."""
    terms = promise.terms
    channels: tuple[str, ...] = ()
    ended_by = None
    match promise.kind:
        case Kind.RESPONSE:
            kinds = [kind for one in (*terms.stop, *terms.cancel) for kind in _with_needs(one)]
        case Kind.CHECKLIST:
            kinds, channels = [terms.steps.event], tuple(value for value, _ in terms.steps.within)
        case Kind.VOLUME:
            kinds = [kind for one in terms.count for kind in _with_needs(one.selector)]
        case Kind.COVERAGE:
            kinds, ended_by = [terms.online], terms.offline
        case _:
            kinds = list(terms.having.events) if isinstance(terms.having, Having) else []
    for kind in dict.fromkeys(kinds):
        yield Need(
            kind, promise.team_id, (), (promise.key,), channels, ended_by, (terms.title or promise.key,)
        )


def _with_needs(selector: object) -> list[str]:
    events: tuple[str, ...] = selector.events  # type: ignore[attr-defined]
    needed = getattr(selector, "needs", None)
    return [*events, *(needed.events if needed else ())]


def _with(known: Need | None, more: Need) -> Need:
    if known is None or more.promises[0] in known.promises:
        return known or more
    return replace(
        known,
        promises=(*known.promises, *more.promises),
        titles=(*known.titles, *more.titles),
        channels=tuple(dict.fromkeys((*known.channels, *more.channels))),
    )


def _nearest(owing: int, own: Iterable[int], tree: dict[int, frozenset[int]]) -> int:
    """Of the person's own teams the one that owes, or one below it."""
    below = sorted(team for team in own if owing in tree[team])
    return owing if owing in below or not below else below[0]


def team_named(team_id: int) -> Team | None:
    """The team of a need."""
    return Team.objects.filter(pk=team_id).first()
