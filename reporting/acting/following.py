"""What facts and dates do to breaches. The rows must be locked; each answers how many it changed."""

from collections.abc import Sequence
from datetime import datetime

from reporting.acting.transitions import Act, perform_all
from reporting.enums import DisputeOutcome
from reporting.models import Breach, Dispute

ANEW = {"closed_at": None, "acknowledged_at": None, "root_cause": None, "waived_until": None}


def withdraw_all(breaches: Sequence[Breach], *, as_of: datetime) -> int:
    """Facts undid these misses, disputed and waived ones too: nothing is left to argue about."""
    withdrawn = perform_all(breaches, Act.WITHDRAW, as_of=as_of, closed_at=as_of)
    waiting = Dispute.objects.undecided().filter(breach__in=[one.pk for one in withdrawn])
    waiting.update(outcome=DisputeOutcome.UNDONE, decided_at=as_of)
    return len(withdrawn)


def reopen_all(breaches: Sequence[Breach], *, as_of: datetime) -> int:
    """Facts say that these are misses: withdrawn ones begin anew."""
    return len(perform_all(breaches, Act.REOPEN, as_of=as_of, **ANEW))


def bring_back_all(breaches: Sequence[Breach], *, as_of: datetime) -> int:
    """Waived until a date, and still not done then: they count again and begin anew."""
    return len(perform_all(breaches, Act.COME_BACK, as_of=as_of, **ANEW))


def hold_all(breaches: Sequence[Breach], *, as_of: datetime) -> int:
    """Both teams agreed that these do not count, and by what is known now that holds."""
    return len(perform_all(breaches, Act.HOLD, as_of=as_of, closed_at=as_of))
