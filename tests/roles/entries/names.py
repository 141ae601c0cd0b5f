"""Names: the rule, its notice, who looked."""

from tests.roles.table import ADMINS, OVERSEERS, YES, act, page

ENTRIES = [
    page("names", "who sees one's name, and the notice"),
    act("names_read", "confirm having read the notice", auditor=YES),
    page("names_edit", "the rule about names", **ADMINS),
    act("names_edit", "change the rule about names", **ADMINS),
    page("name_looks", "who looked at names", **OVERSEERS),
    page("name_looks_csv", "the same as CSV", **OVERSEERS),
]
