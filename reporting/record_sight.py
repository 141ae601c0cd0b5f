"""Who may look at a single record with its history, and who may put it right."""

from leads.models import Contact, Deal, Lead, Member
from measurement.models import Clock
from people.visibility import Sight

_OWNED = (Lead, Contact, Deal)


def may_look_at(ref_id: int, sight: Sight) -> bool:
    """Administrators, auditors and managers at any; others at what they own and what they see a clock of."""
    if sight.is_admin or sight.is_auditor or sight.managed_team_ids:
        return True
    if Clock.objects.visible_to(sight.user, as_of=sight.as_of).filter(subject_id=ref_id).exists():
        return True
    mine = Member.objects.filter(user_id__in=sight.acting_ids).values("ref_id")
    return any(model.objects.filter(ref_id=ref_id, owner_id__in=mine).exists() for model in _OWNED)


def may_mend(sight: Sight) -> bool:
    """Administrators: whoever owes a promise does not put right the facts that it is judged by."""
    return sight.is_admin and not sight.changes_nothing
