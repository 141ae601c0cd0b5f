"""The overview, promises, clocks, readings, reports and the built-in mailbox."""

from tests.roles.table import ADMINS, HIDDEN, act, page

ENTRIES = [
    page("overview", "overview"),
    page("commitment", "a promise, with the rows that its reader may see", lambda h: ["inbound"]),
    page("buying_groups", "buying groups of a promise", lambda h: ["roles"]),
    act("baseline_pin", "pin a baseline", lambda h: ["meetings"], **ADMINS),
    page("reading", "a period of a promise", lambda h: [h.reading("chat").pk]),
    page("reports", "reports of one's teams and of the other parties"),
    page(
        "report",
        "a frozen report",
        lambda h: [h.report().day, h.report().team.slug],
        tells="Paul Smith",
    ),
    page("my_clocks", "one's own clocks"),
    page("clock", "a clock of one's own", lambda h: [h.clock_of("overdue").pk], other=HIDDEN),
    page(
        "clock",
        "a clock of a colleague",
        lambda h: [h.clock_of("theirs").pk],
        rep=HIDDEN,
        other=HIDDEN,
        tells="Paul Smith",
    ),
    page("clock", "a clock of nobody", lambda h: [h.clock_of("left behind").pk], tells="Paul Smith"),
    page("mailbox", "the built-in mailbox: one's own mails", names="a mail shows to whom it went"),
    page(
        "mail",
        "a mail to two people",
        lambda h: [h.mail_to("marie@example.com").pk],
        other=HIDDEN,
        auditor=HIDDEN,
        names="a mail shows to whom it went",
    ),
    page(
        "mail_html",
        "the same, for the frame",
        lambda h: [h.mail_to("marie@example.com").pk],
        other=HIDDEN,
        auditor=HIDDEN,
    ),
]
