"""The fields that a condition may name (CONTRACT §3 and §4)."""

from agreements.terms.nodes import near

_OF_EVERY_RECORD = ("external_id", "source", "updated_at", "deleted_at")

FIELDS: dict[str, tuple[str, ...]] = {
    "account": (
        "name",
        "domain",
        "tier",
        "named",
        "industry",
        "employees",
        "country",
        "owner",
        "contact_goal",
        "created_at",
    ),
    "contact": (
        "account",
        "email",
        "phone",
        "name",
        "job_title",
        "buyer_role",
        "persona",
        "owner",
        "created_at",
    ),
    "lead": ("contact", "account", "origin", "campaign", "status", "reason", "score", "owner", "created_at"),
    "deal": (
        *("account", "lead", "owner", "name", "stage", "amount", "currency", "outcome", "reason"),
        *("created_at", "closed_at"),
    ),
    "campaign": ("name", "type", "starts_at", "ends_at", "expected_leads", "owner"),
    "content": ("title", "published_at", "important", "owner"),
}
"""Beside these, each record has ``attributes.<name>``, and an event ``data.<name>``."""

RESOURCES = {f"{name}s": name for name in FIELDS}
"""What a rate can be ``of``: accounts, contacts, …"""


def field_problem(field: str) -> str | None:
    """Why a condition cannot be about this field; None when it can."""
    record, _, name = field.partition(".")
    if record not in (*FIELDS, "data"):
        prefixes = [f"{known}." for known in (*FIELDS, "data")]
        return f"no such field; {near(f'{record}.', prefixes)}" + (
            f" (as in lead.{field})" if record == "attributes" else ""
        )
    if not name.replace("attributes.", "", 1).strip(". "):
        return f"no such field; name one of {record}"
    if record == "data" or name.startswith("attributes."):
        return None
    known = (*FIELDS[record], *_OF_EVERY_RECORD)
    if name in known:
        return None
    return (
        f"a {record} has no such field; {near(name, known)} (one of your own is {record}.attributes.{name})"
    )
