"""Facts declared by hand, confirmed or refuted by the other team."""

from leads.models import Declaration
from tests.pages.story import NOW
from tests.roles.table import HIDDEN, NO, act, page


def declaration(house):
    """One of Paul's."""
    made = Declaration.objects.create(
        kind="call.made",
        event_ids=[],
        subject_id=house.ref("theirs 1"),
        occurred_at=NOW,
        team=house.sales,
        declared_by=house.paul,
        declared_at=NOW,
    )
    return [made.pk]


DECIDING = {"rep": HIDDEN, "manager": NO, "admin": NO}

ENTRIES = [
    page("declare", "declare a fact"),
    act("declare_send", "declare a fact", body={"kind": "call.made"}, other=HIDDEN, admin=HIDDEN),
    page("declarations", "declared facts"),
    page("declaration", "a declared fact of a colleague", declaration, rep=HIDDEN),
    act("declaration_confirm", "confirm it, as the other team", declaration, **DECIDING),
    act("declaration_refute", "refute it, as the other team", declaration, **DECIDING),
]
