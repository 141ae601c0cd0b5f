"""A stored version put together again as the document it was read from."""

from typing import Any

from agreements.document.order import KEYS, commitment_in_order, in_order, ordered
from agreements.enums import Kind
from agreements.models import AgreementVersion, Commitment


def compose(version: AgreementVersion) -> dict[str, Any]:
    """The whole document of a version, as plain values in the order of writing; three statements."""
    content = {key: in_order(value) for key, value in version.document.items()}
    calendars = {use.calendar.calendar.key: use.calendar for use in _calendar_uses(version)}
    if calendars:
        content["calendars"] = {key: in_order(calendar.definition) for key, calendar in calendars.items()}
    commitments = [compose_commitment(commitment) for commitment in _commitments(version)]
    if commitments:
        content["commitments"] = commitments
    return ordered(content, KEYS)


def compose_with(commitment: Commitment) -> dict[str, Any]:
    """The document of a draft as it would be with this commitment in the place of the stored one."""
    others, calendar = _without(commitment), commitment.calendar
    added = commitment.terms.get("calendar")
    if calendar and added and added not in others.get("calendars", {}):
        others["calendars"] = {**others.get("calendars", {}), added: calendar.definition}
    return others | {"commitments": [*others["commitments"], compose_commitment(commitment)]}


def compose_without(commitment: Commitment) -> dict[str, Any]:
    """The document of a draft as it would be without this stored commitment."""
    return {key: value for key, value in _without(commitment).items() if value != []}


def _without(commitment: Commitment) -> dict[str, Any]:
    held = commitment.version.commitments.filter(pk=commitment.pk).values_list("key", flat=True).first()
    document = compose(commitment.version)
    others = [part for part in document.get("commitments", ()) if part["key"] != held]
    return document | {"commitments": others}


def compose_commitment(commitment: Commitment) -> dict[str, Any]:
    """One commitment as it is written."""
    columns = {"key": commitment.key, "owner": commitment.owner.slug, "kind": commitment.kind}
    return commitment_in_order(Kind(commitment.kind), columns | commitment.terms)


def _calendar_uses(version: AgreementVersion) -> Any:
    return version.calendar_uses.select_related("calendar__calendar").order_by("position")


def _commitments(version: AgreementVersion) -> Any:
    return version.commitments.select_related("owner").order_by("position")
