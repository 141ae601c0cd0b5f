"""Every endpoint of the REST API: the scope that a token needs; persons who are signed in read only."""

from people.enums import Scope
from tests.roles.entries.exceptions import of_a_colleague
from tests.roles.table import Endpoint, Role, facts, reads, writes

BREACHES = Scope.BREACHES_WRITE
NOT_THEIRS = (Role.REP, Role.OTHER)


def clock(house):
    return [house.clock_of("theirs").pk]


def reading(house):
    return [house.reading("chat").pk]


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
    reads("api-reports", "reports"),
    reads("api-report", "a report", lambda h: [h.report().day], tells="paul@example.com"),
]
