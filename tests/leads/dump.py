"""All tables of facts as one canonical value: ids replaced by what they stand for, receipts left out."""

from typing import Any

from django.apps import apps

from leads.ingestion.resources import RECORDS
from leads.models import Event, ImpliedEvent, Link, Member, RecordVersion, Ref
from leads.models.events import DIMENSIONS
from people.models import Membership

LINK_FIELDS = {name for resource in RECORDS.values() for name in resource.links}


def canonical() -> dict[str, Any]:
    """What must be equal however the same facts arrived."""
    names = {ref.id: (ref.type, ref.source, ref.external_id) for ref in Ref.objects.all()}
    return {
        "refs": sorted(
            (names[ref.id], ref.placeholder, names.get(ref.merged_into), ref.next_change_at)
            for ref in Ref.objects.all()
        ),
        "versions": sorted(
            (names[row.ref_id], row.valid_from, repr(sorted(_named(row.fields, names).items())))
            for row in RecordVersion.objects.all()
        ),
        "implied": sorted(_implied(row, names) for row in ImpliedEvent.objects.all()),
        "links": sorted((names[row.ref_id], row.field, names[row.target_id]) for row in Link.objects.all()),
        "events": _events(names),
        "records": {resource.name: _records(resource, names) for resource in RECORDS.values()},
        "memberships": sorted(
            (row.user.email, row.team.slug, str(row.during))
            for row in Membership.objects.select_related("user", "team")
        ),
        "users": sorted(
            (names[row.ref_id], row.user and row.user.email) for row in Member.objects.select_related("user")
        ),
    }


def _named(fields: dict[str, Any], names: dict[int, Any]) -> dict[str, Any]:
    return {
        key: names[value] if key in LINK_FIELDS and value is not None else value
        for key, value in fields.items()
    }


def _implied(row: ImpliedEvent, names: dict[int, Any]) -> tuple[Any, ...]:
    columns = (row.occurred_at, row.after, row.before, row.first_seen, names.get(row.actor_id), row.data)
    return names[row.ref_id], row.kind, repr(columns)


def _events(names: dict[int, Any]) -> list[Any]:
    ids = dict(Event.objects.values_list("id", "external_id"))
    return sorted(
        (
            row.source,
            row.external_id,
            row.kind,
            repr((row.occurred_at, row.recorded_at, row.data)),
            repr([names.get(getattr(row, column)) for column in DIMENSIONS]),
            ids.get(row.retracted_by),
        )
        for row in Event.objects.all()
    )


def _records(resource: Any, names: dict[int, Any]) -> list[Any]:
    model = apps.get_model("leads", resource.type)
    columns = {"updated_at", "attributes", *(field.column for field in resource.fields.values())}
    linked = {field.column for field in resource.fields.values() if field.link}
    return sorted(
        (names[row.ref_id], repr([(c, _shown(row, c, c in linked, names)) for c in sorted(columns)]))
        for row in model.objects.all()
    )


def _shown(row: Any, column: str, is_link: bool, names: dict[int, Any]) -> Any:
    value = getattr(row, column)
    return names.get(value) if is_link else value
