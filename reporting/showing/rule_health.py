"""Whether a promise itself is the problem: how many misses were waived, how often the rule was blamed."""

from dataclasses import dataclass
from datetime import timedelta

from agreements.models import Agreement
from agreements.rights import WRITES
from agreements.terms.values import Promise
from reporting.acting.caps import waivers_in_month
from reporting.enums import RootCause
from reporting.models import Breach
from reporting.showing.breach_life import cap_text
from reporting.showing.reader import Reader

LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class RuleHealth:
    """``waived_text`` is empty where nothing was missed this month; ``blamed``: misses of the last
    90 days that were closed because the rule is wrong. ``may_amend``: the reader may write a new version."""

    waived_text: str
    is_used_up: bool
    blamed: int
    days: int
    agreement: str
    may_amend: bool


def rule_health_of(promise: Promise, reader: Reader) -> RuleHealth:
    """A handful of statements."""
    waivers = waivers_in_month(promise, reader.as_of)
    blamed = Breach.objects.filter(
        commitment_key=promise.key,
        root_cause=RootCause.RULE_IS_WRONG,
        closed_at__gt=reader.as_of - LOOKED_BACK,
    )
    return RuleHealth(
        waived_text=cap_text(waivers) if waivers.misses else "",
        is_used_up=bool(waivers.misses) and not waivers.left,
        blamed=blamed.count(),
        days=LOOKED_BACK.days,
        agreement=promise.agreement_key,
        may_amend=_may_amend(promise, reader),
    )


def _may_amend(promise: Promise, reader: Reader) -> bool:
    """As ``agreements.rights.may_write`` has it, by what is known of the reader; its page asks again."""
    sight = reader.sight
    if sight.changes_nothing:
        return False
    parties = Agreement.objects.filter(key=promise.agreement_key).values_list("parties", flat=True)
    return sight.is_admin or reader.user.has_perm(WRITES) or bool(sight.managed_team_ids & set(parties))
