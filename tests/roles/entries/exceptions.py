"""Exceptions: what was not kept, and what is done about it."""

from tests.roles.table import HIDDEN, NO, act, page


def own(house):
    return [house.breach_of("overdue").pk]


def of_a_colleague(house):
    return [house.breach_of("theirs").pk]


def of_nobody(house):
    return [house.breach_of("left behind").pk]


ENTRIES = [
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
