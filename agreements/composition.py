"""A stored version put together again as the document it was read from."""

from typing import Any

from agreements.document.calendar import KEYS as CALENDAR_KEYS
from agreements.document.schema import KEYS, SECTIONS, commitment_order, ordered
from agreements.enums import Kind
from agreements.models import AgreementVersion, Commitment


def compose(version: AgreementVersion) -> dict[str, Any]:
    """The whole document of a version, as plain values in the order of writing; three statements."""
    content = dict(version.document)
    if isinstance(content.get("sections"), dict):
        content["sections"] = ordered(content["sections"], SECTIONS)
    calendars = {use.calendar.calendar.key: use.calendar for use in _calendar_uses(version)}
    if calendars:
        content["calendars"] = {
            key: ordered(calendar.definition, CALENDAR_KEYS) for key, calendar in calendars.items()
        }
    commitments = [compose_commitment(commitment) for commitment in _commitments(version)]
    if commitments:
        content["commitments"] = commitments
    return ordered(content, KEYS)


def compose_commitment(commitment: Commitment) -> dict[str, Any]:
    """One commitment as it is written."""
    columns = {"key": commitment.key, "owner": commitment.owner.slug, "kind": commitment.kind}
    return ordered(columns | commitment.terms, commitment_order(Kind(commitment.kind)))


def _calendar_uses(version: AgreementVersion) -> Any:
    return version.calendar_uses.select_related("calendar__calendar").order_by("position")


def _commitments(version: AgreementVersion) -> Any:
    return version.commitments.select_related("owner").order_by("position")
