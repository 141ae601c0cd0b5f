"""Buyer roles that conditions name and that nobody has: they never hold, without a word."""

from collections.abc import Iterator
from difflib import get_close_matches

from agreements.document import CommitmentPart
from agreements.lints.findings import Finding
from agreements.terms import Condition
from leads.values import BUYER_ROLES


def unknown_buyer_roles(part: CommitmentPart) -> Iterator[Finding]:
    """Conditions of ``where`` and ``having`` that ask for a role which is not usual."""
    for name in ("where", "having"):
        conditions = getattr(part.parsed, name, ())
        for condition in conditions if isinstance(conditions, tuple) else ():
            for role in _named(condition):
                if role not in BUYER_ROLES:
                    near = get_close_matches(str(role), BUYER_ROLES, n=1)
                    values = {"role": role, "near": near[0] if near else ", ".join(BUYER_ROLES)}
                    yield Finding("unknown_buyer_role", f"{part.key}.{name}", values)


def _named(condition: Condition) -> tuple[object, ...]:
    if condition.field != "contact.buyer_role" or condition.op not in ("eq", "not"):
        return ()
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)
