"""Exceptions: what was not kept, and what is done about it."""

from reporting.models import Breach, Dispute
from tests.pages.story import NOW
from tests.roles.table import HIDDEN, NO, act, page


def own(house):
    return [house.breach_of("overdue").pk]


def of_a_colleague(house):
    return [house.breach_of("theirs").pk]


def of_nobody(house):
    return [house.breach_of("left behind").pk]


def disputed(house):
    """One of Marie's that a colleague answered late: she says that it is wrong."""
    breach = house.breach_of("late")
    reason = {"by_label": str(house.marie), "reason": "It was a test."}
    Dispute.objects.create(breach=breach, by=house.marie, at=NOW, **reason)
    Breach.objects.filter(pk=breach.pk).update(state="disputed")
    return [breach.pk]


NOT_THEIRS = {"rep": HIDDEN, "other": HIDDEN}
DECIDING = {"rep": NO, "manager": NO, "admin": NO}
"""A manager of the other party decides, and nobody else."""

ENTRIES = [
    page("exceptions_csv", "exceptions as CSV"),
    page("exception", "a disputed exception of one's own", disputed),
    act("exception_assign", "assign a colleague's", of_a_colleague, **NOT_THEIRS),
    act("exception_dispute", "dispute one's own", own, other=HIDDEN),
    act("exception_dispute", "dispute a colleague's", of_a_colleague, **NOT_THEIRS),
    act("exception_take_back", "take a dispute of one's own back", disputed, other=NO),
    act("exception_waive", "waive what is disputed", disputed, **DECIDING),
    act("exception_refuse", "refuse what is disputed", disputed, **DECIDING),
    act("exception_comment", "comment on a colleague's", of_a_colleague, **NOT_THEIRS),
    act("exception_comment", "comment on what is disputed", disputed),
    act("exception_undo", "undo an act", of_a_colleague, **NOT_THEIRS),
    page("exceptions", "exceptions: one's own, of nobody, of the teams that one manages", tells="Paul Smith"),
    page("exception", "an exception of one's own", own, other=HIDDEN),
    page(
        "exception",
        "an exception of a colleague",
        of_a_colleague,
        rep=HIDDEN,
        other=HIDDEN,
        tells="Paul Smith",
    ),
    page("exception", "an exception of nobody", of_nobody),
    act("exception_acknowledge", "acknowledge one's own", own, other=HIDDEN),
    act("exception_acknowledge", "acknowledge a colleague's", of_a_colleague, rep=HIDDEN, other=HIDDEN),
    act("exception_acknowledge", "acknowledge nobody's", of_nobody, rep=NO, other=NO),
    act("exception_resolve", "resolve one's own", own, other=HIDDEN),
    act("exception_resolve", "resolve a colleague's", of_a_colleague, rep=HIDDEN, other=HIDDEN),
    act("exception_resolve", "resolve nobody's", of_nobody, rep=NO, other=NO),
]
