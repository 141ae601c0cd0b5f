"""What every measure of units needs: who counts, whose it is, and how it is written down."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from agreements.terms.values import Promise, Selector
from measurement.conditions import Moment, values_of
from measurement.enums import UnitNote, UnitState
from measurement.facts import Fact, Subject, World
from measurement.measures.acts import Acts, Refusal, doer
from measurement.measures.entries import how_entered
from measurement.measures.homes import MEMBER
from measurement.measures.passage import DELETED
from measurement.ownership import Ownership
from measurement.relations import related
from measurement.units import TEAM, UnitVerdict
from measurement.verdicts import Note, Role, written

#: Stands for the event of what no event tells: a record that is so.
NO_FACT = Fact(key="", kind="", at=datetime.min.replace(tzinfo=UTC), source="", external_id="")


def refusal(acts: Acts, selectors: Iterable[Selector], fact: Fact, team_id: int) -> Refusal | None:
    """Why none of the selectors takes an event of their kinds; None when one does.

    A machine's touch (``data.automatic``) is nobody's act: where the act of the team or of an owner is asked
    for it does not count, as it does not stop a clock. Asked of anyone, it happened and counts.
    """
    refused: list[Refusal] = []
    for selector in selectors:
        if fact.kind not in selector.events:
            continue
        role = Role.COUNTED if "anyone" in selector.by else Role.STOP
        why = acts.refusal(role, (selector,), fact, team_id)
        if why is None:
            return None
        refused.append(why)
    return max(refused, key=lambda why: why.note is Note.UNEVIDENCED)


def kinds_of(selectors: Iterable[Selector]) -> frozenset[str]:
    """The kinds of events that these selectors look at, those that they need before included."""
    found: set[str] = set()
    for selector in selectors:
        found.update(selector.events, selector.needs.events if selector.needs else ())
    return frozenset(found)


def each_of(each: str, fact: Fact, subject: Subject, world: World) -> str:
    """Whom an event counts for: the team; the actor, else the owner then; the account then; "" nobody's."""
    if each == TEAM:
        return TEAM
    if each == "member":
        ref = doer_of(fact, subject, world)
    else:
        ref = next(iter(related("account", subject, fact, fact.at, world)), None)
    return "" if ref is None else str(ref)


def doer_of(fact: Fact, subject: Subject, world: World) -> int | None:
    """The member who did it, else who owned the subject then."""
    if fact.actor is not None:
        return doer(fact.actor, fact.at, world)
    return Ownership(subject, fact, world).at(fact.at)


def unit_of_event(
    promise: Promise, fact: Fact, subject: Subject, world: World, *, each: str, **what: Any
) -> UnitVerdict:
    """The unit of an event; ``what``: state, reason, had_at, matures_at, evidence."""
    return UnitVerdict(
        commitment_id=promise.commitment_id,
        commitment_key=promise.key,
        subject_id=subject.ref,
        subject_type=subject.type,
        unit_key=fact.key,
        each=each,
        at=fact.at,
        until=None,
        stretch=False,
        owner_id=doer_of(fact, subject, world),
        origin=origin_of(subject, fact, fact.at, world),
        **what,
    )


def origin_of(subject: Subject, fact: Fact | None, at: datetime, world: World) -> str | None:
    """The origin of the lead at the instant; of several leads of a contact, the newest's."""
    found = values_of("lead.origin", Moment(subject, fact, at, world, 0))
    return str(found[0])[:255] if found else None


def entry(role: Role, fact: Fact, note: str = "") -> dict[str, Any]:
    """One line of evidence."""
    return {
        "role": role.value,
        "at": written(fact.at),
        "kind": fact.kind,
        "event": fact.key,
        "actor": fact.actor,
        "note": str(note),
        **how_entered(fact),
    }


def deleted_before(subject: Subject, instant: datetime) -> bool:
    """Whether the record was deleted before the instant. What a person did stands when they leave."""
    deleted = subject.deleted_at
    return deleted is not None and subject.type != MEMBER and deleted.replace(microsecond=0) < instant


def deletion(subject: Subject) -> Fact:
    """The deletion of a deleted record, as evidence names it."""
    return NO_FACT._replace(kind=DELETED, at=(subject.deleted_at or NO_FACT.at).replace(microsecond=0))


def left_out(reason: UnitNote, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    """State, reason and evidence of what is not counted."""
    return {"state": UnitState.LEFT_OUT, "reason": reason.value, "evidence": evidence}


def taken(acts: Acts, selectors: Sequence[Selector], team_id: int) -> list[Fact]:
    """The subject's facts that any of the selectors takes, in order."""
    kinds = {kind for selector in selectors for kind in selector.events}
    return [
        fact for fact in acts.facts if fact.kind in kinds and refusal(acts, selectors, fact, team_id) is None
    ]


def first_from(facts: Sequence[Fact], instant: datetime, *, but: str = "") -> Fact | None:
    """The first of the facts (in order) at or after the instant; ``but`` is the key of one that is none."""
    place = bisect_left(facts, instant, key=lambda fact: fact.at)
    return next((fact for fact in facts[place : place + 2] if fact.key != but), None)
