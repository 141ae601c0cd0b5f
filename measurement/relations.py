"""Which records a field such as ``account.tier`` means, seen from one record and one fact.

The links are those of CONTRACT §3 "Subject", valid at the instant: a lead names its contact, account and
campaign; a contact its account and, backwards, the leads that name it; a deal its lead and account, and
through the lead what that names. Never further, and never to siblings.
"""

from collections.abc import Sequence
from datetime import datetime

from measurement.facts import Fact, Subject, World

#: The fields through which a record of a type names others.
LINKS: dict[str, tuple[str, ...]] = {
    "contact": ("account",),
    "lead": ("contact", "account", "campaign"),
    "deal": ("lead", "account"),
}

#: From a type of record to a wanted one: chains of links, the nearest first. ``leads`` goes backwards.
PATHS: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    ("contact", "account"): (("account",),),
    ("contact", "lead"): (("leads",),),
    ("contact", "campaign"): (("leads", "campaign"),),
    ("lead", "contact"): (("contact",),),
    ("lead", "account"): (("account",), ("contact", "account")),
    ("lead", "campaign"): (("campaign",),),
    ("deal", "lead"): (("lead",),),
    ("deal", "contact"): (("lead", "contact"),),
    ("deal", "account"): (("account",), ("lead", "account"), ("lead", "contact", "account")),
    ("deal", "campaign"): (("lead", "campaign"),),
}


def related(wanted: str, subject: Subject, fact: Fact | None, at: datetime, world: World) -> Sequence[int]:
    """Ref ids of the records of the wanted type: the subject itself, else the one that the fact names, else
    those linked at the instant to the subject, else those linked to what the fact names.

    Only a contact's leads can be several; they come newest first.
    """
    if subject.type == wanted:
        return (subject.ref,)
    named = fact.refs.get(wanted) if fact else None
    if named is not None:
        return (named,)
    found = linked(subject.ref, subject.type, wanted, at, world)
    if found or fact is None:
        return found
    for type_, ref in fact.refs.items():
        found = found or linked(ref, type_, wanted, at, world)
    return found


def linked(ref: int, type_: str, wanted: str, at: datetime, world: World) -> Sequence[int]:
    """The records of the wanted type that the nearest chain of links leads to at the instant."""
    for path in PATHS.get((type_, wanted), ()):
        reached: Sequence[int] = (ref,)
        for step in path:
            if len(reached) == 1:
                reached = _follow(reached[0], step, at, world)
            else:
                reached = [target for source in reached for target in _follow(source, step, at, world)]
        if reached:
            return reached if len(reached) == 1 else tuple(dict.fromkeys(reached))
    return ()


def ever_linked(ref: int, type_: str, wanted: str, world: World) -> tuple[set[int], set[datetime]]:
    """Every record of the wanted type that ``linked`` can ever lead to, and when one of the links changed."""
    found: set[int] = set()
    turns: set[datetime] = set()
    for path in PATHS.get((type_, wanted), ()):
        reached = {ref}
        for step in path:
            reached = {target for source in reached for target in _ever(source, step, world, turns)}
        found |= reached
    return found, turns


def _ever(source: int, step: str, world: World, turns: set[datetime]) -> list[int]:
    """Where one link ever led to; adds to ``turns`` when it changed."""
    if step != "leads":
        changes = world.changes(source, step)
        turns.update(at for at, _ in changes)
        return [target for _, target in changes if target is not None]
    leads = list(world.leads_of(source))
    for lead in leads:
        turns.update(at for at, _ in world.changes(lead, "contact"))
        turns.update(filter(None, (world.exists_since(lead),)))
    return leads


def _follow(ref: int, step: str, at: datetime, world: World) -> Sequence[int]:
    if step == "leads":
        return leads_at(ref, at, world)
    target = world.value(ref, step, at)
    return () if target is None else (target,)


def leads_at(contact: int, at: datetime, world: World) -> Sequence[int]:
    """The leads that exist and name the contact at the instant, newest first."""
    leads = world.leads_of(contact)
    if not leads:
        return ()
    since = ((world.exists_since(lead), lead) for lead in leads)
    there = [(born, lead) for born, lead in since if born is not None and born <= at]
    return [lead for _, lead in sorted(there, reverse=True) if world.value(lead, "contact", at) == contact]
