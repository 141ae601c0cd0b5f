"""Updates of records into their histories: field by field, whatever comes how often and in which order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import connection

from leads.enums import RecordType
from leads.ingestion import sealed, staging
from leads.ingestion.admission import admit
from leads.ingestion.erased import erased_refs
from leads.ingestion.merge_events import Merged
from leads.ingestion.naming import Name, ensure_refs
from leads.ingestion.project import project_current, project_history
from leads.ingestion.resources import Resource
from leads.ingestion.staging import NULL
from leads.ingestion.state import each_field
from leads.ingestion.turns import deliver_records
from leads.ingestion.validate_records import RecordRow
from leads.personal import without_person

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_encode = msgspec.json.Encoder(order="sorted", decimal_format="number").encode

# In all of these OFFSET 0 and the array of a sub-select hold the planner to looking into an index, once a row
# of the delivery: where it has a wrong idea of a table's size it would rather begin there and read all of it.

# What was said before, word for word, needs no lock and no merge.
DROP_REPEATS = """
DELETE FROM staged_version staged WHERE EXISTS (
    SELECT FROM leads_recordversion version
    WHERE version.ref_id = staged.ref_id AND version.valid_from = staged.valid_from
    AND version.fields = staged.fields OFFSET 0
)
"""

# An update that was corrected by hand stays so when its source sends it again.
CORRECT = """
UPDATE staged_version staged SET fields = staged.fields || (
    SELECT jsonb_object_agg(field, value) FROM leads_correction correction
    WHERE correction.ref_id = staged.ref_id AND correction.valid_from = staged.valid_from
    AND staged.fields ? correction.field
) WHERE EXISTS (
    SELECT FROM leads_correction correction
    WHERE correction.ref_id = staged.ref_id AND correction.valid_from = staged.valid_from
    AND staged.fields ? correction.field OFFSET 0
)
"""

# An update without an instant of its own says something only where it differs from what is known now.
DROP_NOTHING_NEW = f"""
WITH known AS (
    SELECT DISTINCT ON (version.ref_id, said.extra, said.key) version.ref_id, said.extra, said.key, said.value
    FROM (SELECT DISTINCT ref_id FROM staged_version WHERE probe IS NOT NULL) staged
    CROSS JOIN LATERAL (
        SELECT * FROM leads_recordversion WHERE ref_id = staged.ref_id AND valid_from <= %(as_of)s OFFSET 0
    ) version
    CROSS JOIN LATERAL {each_field("version.fields")} said
    ORDER BY version.ref_id, said.extra, said.key, version.valid_from DESC
)
DELETE FROM staged_version staged
WHERE probe IS NOT NULL
AND EXISTS (SELECT FROM leads_ref ref WHERE ref.id = staged.ref_id AND NOT ref.placeholder OFFSET 0)
AND NOT EXISTS (
    SELECT FROM {each_field("staged.probe")} said
    LEFT JOIN known ON known.ref_id = staged.ref_id AND known.extra = said.extra AND known.key = said.key
    WHERE coalesce(known.value, 'null') <> said.value
)
"""

# Whoever holds the row of a reference owns its history until the commit; sorted, so that nobody waits in
# a circle.
LOCK = """
SELECT id FROM leads_ref WHERE id = ANY (ARRAY(SELECT ref_id FROM staged_version))
ORDER BY id FOR NO KEY UPDATE
"""

NEW = "SELECT id FROM leads_ref WHERE id = ANY (ARRAY(SELECT ref_id FROM staged_version)) AND placeholder"

# Updates of one instant are one version in which each field has the greater canonical value; links are
# compared by the external ids that they name, since the numbers of references depend on who came first.
MERGE = f"""
WITH contested AS (
    SELECT ref_id, valid_from FROM (
        SELECT ref_id, valid_from FROM staged_version
        UNION ALL
        SELECT version.ref_id, version.valid_from
        FROM (SELECT DISTINCT ref_id, valid_from FROM staged_version) staged CROSS JOIN LATERAL (
            SELECT ref_id, valid_from FROM leads_recordversion
            WHERE ref_id = staged.ref_id AND valid_from = staged.valid_from OFFSET 0
        ) version
    ) every GROUP BY ref_id, valid_from HAVING count(*) > 1
), claim AS (
    SELECT ref_id, valid_from, said.* FROM staged_version JOIN contested USING (ref_id, valid_from)
    CROSS JOIN LATERAL {each_field("fields")} said
    UNION ALL
    SELECT ref_id, valid_from, said.* FROM contested CROSS JOIN LATERAL (
        SELECT fields FROM leads_recordversion version
        WHERE version.ref_id = contested.ref_id AND version.valid_from = contested.valid_from OFFSET 0
    ) version CROSS JOIN LATERAL {each_field("version.fields")} said
), winner AS (
    SELECT DISTINCT ON (ref_id, valid_from, extra, key) ref_id, valid_from, extra, key, value
    FROM claim LEFT JOIN LATERAL (
        SELECT external_id FROM leads_ref WHERE id = CASE
            WHEN key = ANY (%(links)s) AND NOT extra AND jsonb_typeof(value) = 'number' THEN value::bigint
        END OFFSET 0
    ) named ON true
    ORDER BY ref_id, valid_from, extra, key, named.external_id COLLATE "C" DESC NULLS LAST, value DESC
), agreed AS (
    SELECT ref_id, valid_from,
        coalesce(jsonb_object_agg(key, value) FILTER (WHERE NOT extra AND key IS NOT NULL), '{{}}') AS plain,
        jsonb_object_agg(key, value) FILTER (WHERE extra) AS extras
    FROM contested LEFT JOIN winner USING (ref_id, valid_from) GROUP BY ref_id, valid_from
), merged AS (
    SELECT ref_id, valid_from,
        plain || CASE WHEN extras IS NULL THEN '{{}}' ELSE jsonb_build_object('attributes', extras) END
        AS fields
    FROM agreed
    UNION ALL
    SELECT ref_id, valid_from, fields FROM staged_version WHERE (ref_id, valid_from) NOT IN (TABLE contested)
), stored AS (
    INSERT INTO leads_recordversion AS version (ref_id, valid_from, fields, received_at)
    SELECT ref_id, valid_from, fields, %(as_of)s FROM merged ORDER BY ref_id, valid_from
    ON CONFLICT (ref_id, valid_from) DO UPDATE SET fields = excluded.fields
    WHERE version.fields IS DISTINCT FROM excluded.fields
    RETURNING ref_id, valid_from
)
INSERT INTO touched (ref_id, valid_from) SELECT ref_id, valid_from FROM stored
"""

TOUCHED = "SELECT ref_id, (extract(epoch FROM valid_from) * 1000000)::bigint FROM touched"


@dataclass(slots=True)
class _Version:
    """One row on its way: ``key`` is its place in the history, ``probe`` what must differ for it to count."""

    ref: int
    at: datetime
    fields: bytes
    probe: bytes | None

    @property
    def key(self) -> tuple[int, int]:
        return self.ref, _micros(self.at)


def merge_records(resource: Resource, source: str, rows: list[RecordRow], *, as_of: datetime) -> Merged:
    """Store what is new in the histories, and everything that follows from it."""
    rows, errors = admit(resource, source, rows)
    merged = Merged(errors=errors)
    if not rows:
        return merged
    deliver_records(source)
    refs = ensure_refs(source, _names(resource, rows), as_of=as_of)
    _leave_out_the_erased(resource, rows, refs)
    versions = _versions(resource, rows, refs, as_of)
    merged.unchanged = len(rows) - len(versions)
    staging.prepare("staged_version", "touched")
    lines = {_line(version): None for version in versions}  # each once
    staging.copy("staged_version", "ref_id, valid_from, fields, probe", lines)
    parameters: dict[str, Any] = {"as_of": as_of, "links": list(resource.links)}
    with connection.cursor() as cursor:
        cursor.execute(CORRECT)
        cursor.execute(DROP_REPEATS)
        refused = sealed.refuse_updates()
        cursor.execute(DROP_NOTHING_NEW, parameters)
        cursor.execute(LOCK)
        cursor.execute(NEW)
        new = {ref for (ref,) in cursor.fetchall()}
        cursor.execute(MERGE, parameters)
        cursor.execute(TOUCHED)
        touched = set(cursor.fetchall())
    project_current(resource, as_of=as_of)
    project_history(resource, as_of=as_of)
    merged.arrived = [row.external_id for row in rows if refs[str(resource.type), row.external_id] in new]
    _count([version for version in versions if version.key not in refused], touched, new, merged)
    if refused:
        named = ((row, refs[str(resource.type), row.external_id]) for row in rows)
        behind = [row for row, ref in named if row.at is not None and (ref, _micros(row.at)) in refused]
        merged.errors += sealed.errors_of_updates(behind)
    return merged


def _names(resource: Resource, rows: Iterable[RecordRow]) -> Iterable[Name]:
    links = [(name, str(resource.fields[name].link)) for name in resource.links]
    for row in rows:
        yield str(resource.type), row.external_id
        for name, type_ in links:
            if external_id := row.fields.get(name):
                yield type_, external_id


def _leave_out_the_erased(resource: Resource, rows: Iterable[RecordRow], refs: Mapping[Name, int]) -> None:
    """Rows of records whose personal data was erased, and of leads of such a contact, say nothing of it."""
    if resource.type not in (RecordType.CONTACT, RecordType.LEAD):
        return
    erased = erased_refs(set(refs.values()))
    for row in rows if erased else ():
        contact = refs.get((RecordType.CONTACT.value, row.fields.get("contact") or ""))
        for ref in (refs[str(resource.type), row.external_id], contact):
            if ref is not None and ref in erased:
                read = row.fields | _readable(row.fields.get("attributes"))
                row.fields = without_person(resource.type, read, erased[ref])


def _readable(attributes: Any) -> dict[str, Any]:
    """Attributes that were checked and frozen, as values again."""
    frozen = isinstance(attributes, msgspec.Raw)
    return {"attributes": msgspec.json.decode(attributes)} if frozen else {}


def _versions(
    resource: Resource, rows: Iterable[RecordRow], refs: Mapping[Name, int], as_of: datetime
) -> list[_Version]:
    """Rows with references for external ids and an instant each, without those that repeat another."""
    links = [(name, str(resource.fields[name].link)) for name in resource.links]
    timeless: dict[int, _Timeless] = defaultdict(_Timeless)
    versions = []
    for row in rows:
        for name, type_ in links:
            if row.fields.get(name):
                row.fields[name] = refs[type_, row.fields[name]]
        ref = refs[str(resource.type), row.external_id]
        if row.at is not None:
            versions.append(_Version(ref, row.at, _encode(row.fields), None))
        elif version := timeless[ref].take(ref, row, as_of):
            versions.append(version)
    for told in timeless.values():
        told.spread()
    return versions


@dataclass(slots=True)
class _Timeless:
    """The updates of one record without an instant: the receipt is theirs, and of several the later wins."""

    said: dict[str, Any] = field(default_factory=dict)
    versions: list[_Version] = field(default_factory=list)

    def take(self, ref: int, row: RecordRow, as_of: datetime) -> _Version | None:
        """The version of a row; none when earlier rows said all of it.

        The probe is what must differ from the stored values for the row to count: what no earlier row said
        alike, and nothing when it contradicts an earlier row, for then it counts in any case.
        """
        contradicts = any(self.said.get(name, value) != value for name, value in row.fields.items())
        news = {name: value for name, value in row.fields.items() if name not in self.said}
        if self.versions and not news and not contradicts:
            return None
        self.said |= row.fields
        version = _Version(ref, as_of, _encode(row.fields), None if contradicts else _encode(news))
        self.versions.append(version)
        return version

    def spread(self) -> None:
        """Microseconds apart in their order, the last one at the receipt."""
        for place, version in enumerate(reversed(self.versions)):
            version.at -= place * MICROSECOND


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _line(version: _Version) -> str:
    fields = version.fields.decode().replace("\\", "\\\\")
    probe = NULL if version.probe is None else version.probe.decode().replace("\\", "\\\\")
    return f"{version.ref}\t{version.at}\t{fields}\t{probe}"


def _count(versions: list[_Version], touched: set[tuple[int, int]], new: set[int], merged: Merged) -> None:
    """A row counts as changed where its place in the history did; of equal rows only the first."""
    counted: set[tuple[tuple[int, int], bytes]] = set()
    for version in versions:
        if version.key not in touched or (version.key, version.fields) in counted:
            merged.unchanged += 1
        elif version.ref in new:
            new.discard(version.ref)
            merged.created += 1
        else:
            merged.updated += 1
        counted.add((version.key, version.fields))
