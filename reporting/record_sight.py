"""Who may look at a single record with its history, and who may put it right."""

from django.db.models import Exists, OuterRef, Q

from leads.models import Contact, Deal, Lead, Ref
from measurement.models import Clock
from measurement.querysets import acting_members
from people.visibility import Sight

_OWNED = (Lead, Contact, Deal)


def in_sight(sight: Sight) -> Q:
    """Of refs those that the person may look at, asked of each one that is given: administrators, auditors
    and managers at any; others at what they own and what they see a clock of."""
    if sight.is_admin or sight.is_auditor or sight.managed_team_ids:
        return Q()
    clocks = Clock.objects.visible_to(sight.user, as_of=sight.as_of)
    seen = Q(Exists(clocks.filter(subject_id=OuterRef("pk"))))
    for model in _OWNED:
        seen |= Q(Exists(model.objects.filter(ref_id=OuterRef("pk"), owner_id__in=acting_members(sight))))
    return seen


def may_look_at(ref_id: int, sight: Sight) -> bool:
    """Whether the person may look at this record."""
    return Ref.objects.filter(in_sight(sight), pk=ref_id).exists()


def may_mend(sight: Sight) -> bool:
    """Administrators: whoever owes a promise does not put right the facts that it is judged by."""
    return sight.is_admin and not sight.changes_nothing
