"""Which promises the fast path can judge, and what it must know to do so. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agreements.durations import Measure
from agreements.enums import Kind
from agreements.terms import Condition, Promise, Selector
from agreements.terms.values import ResponseTerms
from leads.histories import INSTANTS, LINKS
from measurement.columns.scene import NAMED
from measurement.measures.versions import Version
from measurement.verdicts import Role

#: The roles of acts, in their order at one instant.
ACTS = (Role.STOP, Role.CANCEL, Role.FAIL)
#: What of an event's data always matters.
ALWAYS_SAID = ("automatic", "self_service", "declared")

_COMPARED = frozenset({"eq", "not", "gt", "gte", "lt", "lte", "present", "missing"})
_BY = frozenset({"team", "contact", "anyone"})


@dataclass(frozen=True, slots=True)
class Columnar:
    """The versions of one commitment, all of which the fast path can judge.

    ``types``: of its subjects. ``kinds``: of all events that it looks at, ``starts`` of those that open a
    clock.
    """

    key: str
    versions: tuple[Version, ...]
    types: frozenset[str]
    kinds: frozenset[str]
    starts: frozenset[str]

    @property
    def first(self) -> Version:
        """The oldest version; all versions take the same acts."""
        return self.versions[0]


def columnar(promises: Iterable[Promise], subject_types: Mapping[str, Sequence[str]]) -> list[Columnar]:
    """The commitments among these that the fast path can judge, with all their versions."""
    by_key: dict[str, list[Promise]] = {}
    for promise in promises:
        by_key.setdefault(promise.key, []).append(promise)
    found = (_columnar(key, versions, subject_types) for key, versions in sorted(by_key.items()))
    return [one for one in found if one is not None]


def said_keys(those: Iterable[Columnar]) -> list[str]:
    """The keys of an event's data that conditions ask for, and those that always matter."""
    asked = {one.field.split(".")[1] for one in _every_condition(those) if one.field.startswith("data.")}
    return sorted(asked.union(ALWAYS_SAID))


def field_names(those: Iterable[Columnar]) -> list[str]:
    """The fields of records that conditions ask for, of any type; a lead's origin stands on every clock."""
    fields = (one.field.partition(".") for one in _every_condition(those))
    return sorted({name for head, _, name in fields if head != "data"} | {"origin"})


def wanted_type(version: Version, kind: str, subject_types: Mapping[str, Sequence[str]]) -> str:
    """The type of record whose clocks an event of the kind starts."""
    return version.subject or next(iter(subject_types.get(kind, ())), "")


def _columnar(
    key: str, promises: list[Promise], subject_types: Mapping[str, Sequence[str]]
) -> Columnar | None:
    if any(promise.kind is not Kind.RESPONSE for promise in promises):
        return None
    versions = tuple(map(Version, sorted(promises, key=lambda promise: promise.starts_at)))
    if not all(_is_plain(version) for version in versions) or len({_acts(one) for one in versions}) > 1:
        return None
    starts = frozenset(kind for version in versions for kind in version.roles[Role.START])
    types = {wanted_type(version, kind, subject_types) for version in versions for kind in starts} - {""}
    if not types <= set(NAMED):
        return None
    kinds = frozenset(kind for version in versions for role in version.roles.values() for kind in role)
    needed = (one.needs.events for version in versions for one in _selectors(version) if one.needs)
    return Columnar(key, versions, frozenset(types), kinds.union(*needed), starts)


def _acts(version: Version) -> tuple[object, ...]:
    """What must be alike in all versions, for an act is then taken or refused whichever it is."""
    terms: ResponseTerms = version.promise.terms
    return (terms.stop, terms.cancel, terms.fail, version.promise.team_id)


def _is_plain(version: Version) -> bool:
    terms: ResponseTerms = version.promise.terms
    unusual = (terms.pause, terms.resume, terms.complete, terms.logged_within, version.promise.takes_over)
    if any(unusual) or (terms.early is not None and terms.early.measure is not Measure.ELAPSED):
        return False
    conditions = _conditions(version)
    return all(set(one.by) <= _BY for one in _selectors(version)) and all(map(_is_simple, conditions))


def _is_simple(condition: Condition) -> bool:
    head, _, name = condition.field.partition(".")
    if condition.op not in _COMPARED:
        return False
    return head == "data" or (head in NAMED and name not in LINKS and name not in INSTANTS)


def _selectors(version: Version) -> Iterator[Selector]:
    terms: ResponseTerms = version.promise.terms
    yield from (*terms.start, *terms.stop, *terms.cancel, *terms.fail)


def _conditions(version: Version) -> Iterator[Condition]:
    yield from version.promise.terms.where
    for selector in _selectors(version):
        yield from selector.where


def _every_condition(those: Iterable[Columnar]) -> Iterator[Condition]:
    for one in those:
        for version in one.versions:
            yield from _conditions(version)
