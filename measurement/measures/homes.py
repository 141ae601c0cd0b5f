"""Which record an event that is counted belongs to: exactly one, so that it counts once."""

from collections.abc import Iterable, Mapping

from measurement.facts import Fact

#: Where the event names none of the records that its kind is usually about.
NEAREST = ("lead", "deal", "contact", "account", "campaign", "content", "call")

MEMBER = "member"


def home_of(fact: Fact, subject_types: Mapping[str, tuple[str, ...]]) -> tuple[str, int] | None:
    """(type, ref id) of the record that the event belongs to; None when it names nothing and nobody.

    The first of the types that the kind is about (``subject_types``, the usual one first) that the event
    names itself, a member being its actor; else the first of ``NEAREST``; else the actor.
    """
    for type_ in (*subject_types.get(fact.kind, ()), *NEAREST):
        ref = fact.actor if type_ == MEMBER else fact.refs.get(type_)
        if ref is not None:
            return type_, ref
    return None if fact.actor is None else (MEMBER, fact.actor)


def home_types(kinds: Iterable[str], subject_types: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Every type of record that may be home to an event of these kinds."""
    about = (type_ for kind in kinds for type_ in subject_types.get(kind, ()))
    return frozenset({*about, *NEAREST, MEMBER})
