"""Every endpoint of the REST API: the scope that a token needs; persons who are signed in read only."""

from people.enums import Scope
from tests.roles.entries.declaring import declaration
from tests.roles.entries.exceptions import of_a_colleague
from tests.roles.entries.people import absence
from tests.roles.table import Endpoint, Role, facts, reads, writes

BREACHES = Scope.BREACHES_WRITE
NOT_THEIRS = (Role.REP, Role.OTHER)


def clock(house):
    return [house.clock_of("theirs").pk]


def reading(house):
    return [house.reading("chat").pk]


def contact(_house):
    return ["crm:theirs 1"]


def record(_house):
    return ["contact", "crm:theirs 1"]


def event(_house):
    return ["crm:x1"]


ENDPOINTS = [
    Endpoint("api-schema", "the schema", "GET", None),
    Endpoint("api-docs", "the documentation", "GET", None),
    writes("sync", "facts in", Scope.FACTS_WRITE, lambda h: ["accounts"], body={"records": []}),
    facts("member-list", "members"),
    facts("account-list", "accounts"),
    facts("contact-list", "contacts"),
    facts("lead-list", "leads"),
    facts("deal-list", "deals"),
    facts("campaign-list", "campaigns"),
    facts("content-list", "contents"),
    facts("event-list", "events"),
    reads("agreement-list", "agreements"),
    writes("agreement-list", "a draft of an agreement", Scope.DEFINITIONS_WRITE),
    reads("agreement-detail", "an agreement", lambda h: ["smarketing"]),
    reads("agreement-trial", "the trial of a draft", lambda h: ["drafted", h.draft.number]),
    reads("commitment-list", "promises"),
    reads("baseline", "a baseline", lambda h: ["meetings"]),
    writes("baseline", "pin a baseline", Scope.DEFINITIONS_WRITE, lambda h: ["meetings"]),
    reads(
        "compliance",
        "how a promise was kept",
        lambda h: ["inbound"],
        query="?by=owner",
        tells="paul@example.com",
    ),
    reads("clock-list", "clocks", tells="paul@example.com"),
    reads("clock-detail", "a clock of a colleague", clock, hidden_from=NOT_THEIRS, tells="paul@example.com"),
    reads("clock-explanation", "why a clock stands as it does", clock, hidden_from=NOT_THEIRS),
    reads("why-not", "why there is no clock", query="?commitment=inbound&subject=crm:overdue 1"),
    reads("reading-list", "readings"),
    reads("reading-detail", "a reading", reading),
    reads("reading-explanation", "why a reading is what it is", reading),
    reads("buying-group-list", "buying groups"),
    reads("conversion-table", "conversion", query="?by=owner"),
    reads("api-breaches", "exceptions", tells="paul@example.com"),
    reads(
        "api-breach",
        "an exception of a colleague",
        of_a_colleague,
        hidden_from=NOT_THEIRS,
        tells="paul@example.com",
    ),
    writes("api-breach-acknowledge", "acknowledge", BREACHES, of_a_colleague),
    writes("api-breach-assign", "assign", BREACHES, of_a_colleague, body={"member": "marie@example.com"}),
    writes("api-breach-resolve", "resolve", BREACHES, of_a_colleague, body={"root_cause": "process"}),
    writes("api-breach-dispute", "dispute", BREACHES, of_a_colleague),
    writes("api-breach-take-back", "take a dispute back", BREACHES, of_a_colleague),
    writes("api-breach-waive", "waive", BREACHES, of_a_colleague),
    writes("api-breach-refuse", "refuse a dispute", BREACHES, of_a_colleague),
    writes("api-breach-undo", "undo", BREACHES, of_a_colleague),
    reads("api-breach-comments", "comments", of_a_colleague, hidden_from=NOT_THEIRS),
    writes("api-breach-comments", "comment", BREACHES, of_a_colleague),
    reads("api-absences", "absences"),
    writes("api-absences", "enter an absence", Scope.DEFINITIONS_WRITE),
    reads("api-absence", "an absence of a colleague", absence, hidden_from=NOT_THEIRS),
    writes("api-absence", "take an absence away", Scope.DEFINITIONS_WRITE, absence, method="DELETE"),
    reads("api-declarations", "declared facts"),
    writes("api-declarations", "declare a fact", Scope.FACTS_WRITE),
    writes("api-declaration-confirm", "confirm a declared fact", Scope.FACTS_WRITE, declaration, person=True),
    writes("api-declaration-refute", "refute a declared fact", Scope.FACTS_WRITE, declaration, person=True),
    writes("api-contact-erase", "erase a contact", Scope.FACTS_WRITE, contact),
    writes("api-record-correct", "correct a record", Scope.FACTS_WRITE, record),
    writes("api-record-delete", "mark a record as deleted", Scope.FACTS_WRITE, record),
    writes("api-record-merge", "merge a record into another", Scope.FACTS_WRITE, record),
    writes("api-event-retract", "retract an event", Scope.FACTS_WRITE, event),
    reads("api-reports", "reports"),
    reads("api-report", "a report", lambda h: [h.report().day], tells="paul@example.com"),
]
