"""What was known about records at any instant, out of their versions; pure.

Instants are in UTC and whole seconds. Merges are followed: a record that was merged away is its survivor.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from leads.enums import RecordType
from leads.told import NOTHING

#: Fields that name other records.
LINKS = frozenset({"account", "contact", "lead", "campaign", "owner", "merged_into"})
INSTANTS = frozenset(
    {"created_at", "updated_at", "closed_at", "starts_at", "ends_at", "published_at", "deleted_at"}
)
#: What is said of one record only, never of the one that it was merged into.
OWN_FATE = frozenset({"deleted_at", "merged_into"})


class RefRow(NamedTuple):
    """A reference: which record an id stands for."""

    id: int
    source: str
    type: str
    external_id: str


class VersionRow(NamedTuple):
    """What one update said, from its instant on."""

    ref: int
    since: datetime
    fields: Mapping[str, Any]


#: (instants, values): the value at ``instants[i]`` holds until the next; the first also holds before.
Course = tuple[list[datetime], list[Any]]


class Histories:
    """Values of records over time, as known at ``until``: later versions are not looked at.

    Only the time before a record's earliest version inherits it, so the earliest counts whenever it is dated.
    """

    def __init__(self, refs: Iterable[RefRow], versions: Iterable[VersionRow], *, until: datetime) -> None:
        self.refs = {row.id: row for row in refs}
        self._versions: dict[int, list[VersionRow]] = {}
        merging: set[int] = set()
        for version in versions:
            ref, since, fields = version
            known = self._versions.get(ref)
            if known is None:
                self._versions[ref] = [version]
            elif since <= until:
                known.append(version)
            if "merged_into" in fields:
                merging.add(ref)
        self._courses: dict[tuple[int, str], Course] = {}
        self._survivors = self._follow_merges(merging, until)
        self._merged: dict[int, list[int]] = defaultdict(list)
        for ref, survivor in sorted(self._survivors.items()):
            self._merged[survivor].append(ref)
        self._leads = self._leads_by_contact()

    def survivor(self, ref: int) -> int:
        """The record that stands for this one after all merges."""
        return self._survivors.get(ref, ref)

    @property
    def survivors(self) -> Mapping[int, int]:
        """The records that were merged away, and what stands for each."""
        return self._survivors

    def merged_into(self, survivor: int) -> Sequence[int]:
        """The records that were merged into this one."""
        return self._merged.get(survivor, [])

    def type_of(self, ref: int) -> str:
        """The type of a record."""
        return self.refs[ref].type

    def value(self, ref: int, name: str, at: datetime) -> Any:
        """A field at an instant: links as surviving ref ids, instants as datetimes; None when missing."""
        instants, values = self._courses.get((ref, name)) or self.course(ref, name)
        if len(values) < 2:
            return values[0] if values else None
        return values[max(bisect_right(instants, at) - 1, 0)]

    def course(self, ref: int, name: str) -> Course:
        """All values of a field in order; where a survivor never had it, those of what was merged into it."""
        found = self._courses.get((ref, name))
        if found is None:
            instants, values = _course_of(self._telling(ref, name), name)
            if self._survivors and name in LINKS:
                values = [value if value is None else self.survivor(value) for value in values]
            found = self._courses[ref, name] = (instants, values)
        return found

    def known_since(self, ref: int) -> datetime | None:
        """The instant of the record's earliest version."""
        versions = [row for one in (ref, *self.merged_into(ref)) for row in self._versions.get(one, ())]
        return min((row.since for row in versions), default=None)

    def leads_of(self, contact: int) -> Sequence[int]:
        """The leads that ever named this contact, oldest reference first."""
        return self._leads.get(contact, [])

    def _telling(self, ref: int, name: str) -> Sequence[VersionRow]:
        own = self._versions.get(ref, ())
        if name in OWN_FATE or ref not in self._merged or any(_says(version, name) for version in own):
            return own
        rows = [version for merged in self._merged[ref] for version in self._versions.get(merged, ())]
        return sorted(rows, key=lambda row: (row.since, self._identity(row.ref)))

    def _identity(self, ref: int) -> tuple[str, str]:
        # Ids tell the order of arrival, which must not matter.
        row = self.refs[ref]
        return row.source, row.external_id

    def _follow_merges(self, merging: Iterable[int], until: datetime) -> dict[int, int]:
        merges = {}
        for ref in merging:
            instants, values = _course_of(self._versions[ref], "merged_into")
            if (target := values[max(bisect_right(instants, until) - 1, 0)]) is not None:
                merges[ref] = target
        return {ref: self._end_of(ref, merges) for ref in merges if self._end_of(ref, merges) != ref}

    def _end_of(self, ref: int, merges: Mapping[int, int]) -> int:
        path = [ref]
        while (following := merges.get(path[-1])) is not None:
            if following in path:  # a ring: all of it is one record, whichever was named first
                return min(path[path.index(following) :], key=self._identity)
            path.append(following)
        return path[-1]

    def _leads_by_contact(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        leads = [ref for ref, row in self.refs.items() if row.type == RecordType.LEAD]
        for ref in sorted(leads, key=self._identity):
            if ref not in self._survivors:
                for contact in set(self.course(ref, "contact")[1]):
                    if contact is not None:
                        found[contact].append(ref)
        return found


def _course_of(versions: Sequence[VersionRow], name: str) -> Course:
    attribute = name.startswith("attributes.") and name[11:]
    instants: list[datetime] = []
    values: list[Any] = []
    for _, since, fields in versions:
        said = fields.get("attributes") or NOTHING if attribute else fields
        field = attribute or name
        if not instants or field in said:
            instants.append(since)
            values.append(said.get(field))
    if name in INSTANTS:
        values = [value if value is None else _second(value) for value in values]
    return instants, values


def _says(version: VersionRow, name: str) -> bool:
    if name.startswith("attributes."):
        return name[11:] in (version.fields.get("attributes") or NOTHING)
    return name in version.fields


def _second(text: str) -> datetime:
    """A written instant, in UTC, without parts of a second."""
    at = datetime.fromisoformat(text).astimezone(UTC)
    return at.replace(microsecond=0) if at.microsecond else at
