"""What the bench of pages asks for: every address of the resolver that is read, with rows to show.

A page with parameters shows rows spread over its table, the same part of it in every database. A new page is
asked for by itself; one whose parameters are unknown here stops the bench and says so.
"""

import inspect
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

#: Rows of a table that pages about one row show: where they lie, from the first (0) to the last (1).
SPREAD = (0.07, 0.31, 0.52, 0.74, 0.93)

#: Not pages of a company's data, or exports, whose cost is what they export.
LEFT_OUT = frozenset(
    {
        "healthz",
        "readyz",
        "metrics",
        "login",
        "logout",
        "company_login",
        "set_language",
        "setup_first",
        "invitation",
        "api-schema",
        "api-docs",
        "api-unknown",
        "exceptions_csv",
        "conversion_csv",
        "quarantine_csv",
        "audit_csv",
        "name_looks_csv",
    }
)
APART = ("admin/", "accounts/")

AGREEMENT = (
    "SELECT a.key, v.number FROM agreements_agreementversion v"
    " JOIN agreements_agreement a ON a.id = v.agreement_id"
)
PROMISE = "SELECT c.key FROM agreements_commitment c WHERE c.kind IN ('response', 'rate') ORDER BY c.id"

#: Table → rows by which a page is asked for: `{at}` is the id from which the next row is taken.
BY_ID = {
    "reading": "measurement_reading",
    "exception": "reporting_breach",
    "clock": "measurement_clock",
    "mail": "reporting_receivedmail",
    "person": "people_user",
    "absence": "people_absence",
    "declaration": "leads_declaration",
    "import": "leads_importjob",
    "quarantined": "leads_quarantinedrow",
    "api-absence": "people_absence",
    "api-breach": "reporting_breach",
    "notice": "reporting_notice",
    "working_hours": "people_user",
    "team_channel": "reporting_teamchannel",
    "health_message": "core_outboxmessage",
    "setup_invite": "people_user",
    "setup_token": "people_apitoken",
    "setup_membership": "people_membership",
    "api-declaration": "leads_declaration",
}
SPECIAL = {
    "scored_lead": "SELECT ref_id FROM leads_lead WHERE ref_id >= {at} ORDER BY ref_id LIMIT 1",
    "record_act": "SELECT id, 'correct' FROM leads_ref WHERE id >= {at} AND type = 'contact'"
    " ORDER BY id LIMIT 1",
    "record_retract": "SELECT contact_id, id FROM leads_event WHERE id >= {at} AND contact_id IS NOT NULL"
    " AND retracted_by IS NULL ORDER BY id LIMIT 1",
    "record": "SELECT type, source, external_id FROM leads_ref WHERE id >= {at}"
    " AND type IN ('account', 'contact', 'lead', 'deal') ORDER BY id LIMIT 1",
    "report": "SELECT r.day::text, t.slug FROM reporting_dailyreport r JOIN people_team t ON t.id = r.team_id"
    " WHERE r.id >= {at} ORDER BY r.id LIMIT 1",
    "api-report": "SELECT day::text FROM reporting_dailyreport WHERE id >= {at} ORDER BY id LIMIT 1",
    "setup_team": "SELECT slug FROM people_team WHERE id >= {at} ORDER BY id LIMIT 1",
    "buying_groups": "SELECT key FROM agreements_commitment WHERE key = 'buyer-roles'",
    "baseline": "SELECT key FROM agreements_commitment WHERE key = 'mql-to-meeting'",
    "baseline_pin": "SELECT key FROM agreements_commitment WHERE key = 'mql-to-meeting'",
    "commitment": PROMISE,
    "compliance": PROMISE,
    "promise_edit": f"{AGREEMENT.replace('v.number', 'v.number, c.key')} JOIN agreements_commitment c"
    " ON c.version_id = v.id ORDER BY c.id LIMIT 1",
    "promise_remove": f"{AGREEMENT.replace('v.number', 'v.number, c.key')} JOIN agreements_commitment c"
    " ON c.version_id = v.id ORDER BY c.id LIMIT 1",
    "promise_new": AGREEMENT.replace("v.number", "v.number, 'inbound-response'"),
    "agreement_edit": AGREEMENT.replace("v.number", "v.number, 'goals'"),
}
SPECIAL_TABLES = {
    "scored_lead": ("leads_lead", "ref_id"),
    "record_act": ("leads_ref", "id"),
    "record_retract": ("leads_event", "id"),
    "record": ("leads_ref", "id"),
    "report": ("reporting_dailyreport", "id"),
    "api-report": ("reporting_dailyreport", "id"),
    "setup_team": ("people_team", "id"),
}

#: Lists narrowed by what has an index, as people narrow them. `{account}`, `{contact}`: ids of their source;
#: `{lately}`: two days before the last fact.
NARROWED = {
    "exceptions": [
        "?state=open",
        "?state=&historic=with",
        "?commitment=inbound-response",
        "?team=sales",
        "?whose=mine",
    ],
    "records": ["?q=Laiterie", "?q=chimie+lanvaux", "?q=A-FR0042"],
    "audit": ["?verb=breach.resolve", "?object=breach+12", "?actor=claire"],
    "notices": ["?show=unread"],
    "declarations": ["?state=pending"],
    "conversion": ["?by=owner", "?by=campaign", "?origin=web_form"],
    "lead_feedback": ["?origin=fair"],
    "quarantine": ["?code=required"],
    "member-list": ["?team=sales"],
    "account-list": ["?owner=claire.martin", "?external_id=A-FR0042"],
    "contact-list": ["?account={account}", "?owner=julien.bernard"],
    "lead-list": ["?account={account}", "?contact={contact}", "?owner=julien.bernard"],
    "deal-list": ["?account={account}"],
    "event-list": [
        "?contact={contact}",
        "?account={account}",
        "?kind=call.made",
        "?actor=julien.bernard",
        "?occurred_after={lately}",
    ],
    "clock-list": [
        "?commitment=inbound-response",
        "?commitment=mql-decision&state=running",
        "?state=overdue",
        "?subject=brumeval:{contact}",
        "?due_after={lately}&commitment=lead-contact",
    ],
    "reading-list": ["?commitment=mql-volume", "?kind=response"],
    "conversion-table": ["?by=owner"],
    "compliance": ["?by=owner"],
    "why-not": ["?commitment=inbound-response&subject=brumeval:{contact}"],
    "api-report": ["?team=sales"],
    "api-breaches": ["?state=open", "?commitment=inbound-response"],
    "buying-group-list": ["?commitment=buyer-roles"],
    "declare": ["?kind=call.made"],
    "why_no_clock": ["?promise=inbound-response&q={contact}"],
}
NEEDS_A_QUESTION = frozenset({"why-not", "buying-group-list", "compliance", "api-report"})


def addresses() -> dict[str, list[str]]:
    """Name → what to ask for in turns: pages, lists and lists narrowed, in this database."""
    ((last,),) = _fetched("SELECT max(occurred_at) FROM leads_event")
    known = {
        "account": _external("account"),
        "contact": _external("contact"),
        "lately": f"{last - timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}",
    }
    found: dict[str, list[str]] = {}
    for name, has_parameters in _names(get_resolver()):
        paths = [_path(name, row) for row in _rows(name)] if has_parameters else [reverse(name)]
        if not paths:
            continue
        if name not in NEEDS_A_QUESTION:
            found[name] = paths
        for query in NARROWED.get(name, []):
            found[f"{name}{query}"] = [f"{paths[0]}{query.format(**known)}"]
    return found


def _names(resolver: Any, prefix: str = "") -> Iterator[tuple[str, bool]]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if route.startswith(APART):
            continue
        if not isinstance(one, URLPattern):
            yield from _names(one, route)
        elif one.name and one.name not in LEFT_OUT and _is_read(one.callback):
            yield one.name, "<" in route


def _is_read(view: Any) -> bool:
    """What only takes acts is no page."""
    kind = getattr(view, "cls", None)
    if kind is not None:
        return hasattr(kind, "get") or "get" in getattr(view, "actions", {})
    while view is not None:
        methods = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if methods is not None:
            return "GET" in methods
        view = getattr(view, "__wrapped__", None)
    return True


def _path(name: str, row: tuple[Any, ...]) -> str:
    try:
        return reverse(name, args=row)
    except NoReverseMatch as error:
        raise SystemExit(
            f"bench/addresses.py does not know what the page {name} is asked with: {error}"
        ) from error


def _rows(name: str) -> list[tuple[Any, ...]]:
    if name in SPECIAL:
        place = SPECIAL_TABLES.get(name)
        return _fetched(SPECIAL[name]) if place is None else _spread(SPECIAL[name], *place)
    if name.startswith(("agreement", "promise")):
        detail = name in {"agreement", "agreement_write", "agreement_new_version", "agreement-detail"}
        rows = _fetched(AGREEMENT)
        return [row[:1] for row in rows] if detail else rows
    tables = sorted(
        (key for key in BY_ID if name.replace("_", "-").startswith(key.replace("_", "-"))), key=len
    )
    table = BY_ID[tables[-1]] if tables else "core_heartbeat"
    if not tables:
        raise SystemExit(f"bench/addresses.py does not know what rows the page {name} shows")
    return _spread(f"SELECT id FROM {table} WHERE id >= {{at}} ORDER BY id LIMIT 1", table, "id")


def _spread(statement: str, table: str, column: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min({column}), max({column}) FROM {table}")
        low, high = cursor.fetchone()
    if low is None:
        return []
    places = (low + int((high - low) * share) for share in SPREAD)
    return [row for place in places for row in _fetched(statement.format(at=place))]


def _fetched(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def _external(kind: str) -> str:
    """The external id of a record in the middle of the company."""
    rows = _spread(
        f"SELECT external_id FROM leads_ref WHERE id >= {{at}} AND type = '{kind}' ORDER BY id LIMIT 1",
        "leads_ref",
        "id",
    )
    return str(rows[len(rows) // 2][0])
