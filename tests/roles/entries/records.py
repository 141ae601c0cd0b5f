"""Single records: their state and history, corrected, merged, erased."""

from leads.models import Event
from tests.roles.table import HIDDEN, NO, act, page


def own(_house):
    return ["contact", "crm", "overdue 1"]


def of_a_colleague(_house):
    return ["contact", "crm", "theirs 1"]


def mended(house):
    return [house.ref("theirs 1"), "correct"]


def retracted(house):
    return [house.ref("theirs 1"), Event.objects.earliest("pk").pk]


MENDING = {"rep": HIDDEN, "manager": NO, "other": NO}

ENTRIES = [
    page("records", "search of records"),
    page("record", "a record of one's own", own),
    page("record", "a record of a colleague", of_a_colleague, rep=HIDDEN),
    act("record_act", "correct a record", mended, **MENDING),
    act("record_retract", "retract an event", retracted, **MENDING),
]
