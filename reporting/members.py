"""The users behind the CRM's members."""

from collections.abc import Iterable

from leads.models import Member
from people.models import User


def users_of_members(member_ids: Iterable[int | None]) -> dict[int | None, User]:
    """Active users by the ref id of their member record; a member who is nobody here is left out."""
    wanted = {member_id for member_id in member_ids if member_id}
    if not wanted:
        return {}
    rows = Member.objects.filter(ref_id__in=wanted, user__is_active=True).select_related("user")
    return {row.ref_id: row.user for row in rows if row.user}


def members_of_users(user_ids: Iterable[int]) -> dict[int, set[int]]:
    """Ref ids of the member records of each user: one person may stand in several CRMs."""
    found: dict[int, set[int]] = {user_id: set() for user_id in user_ids}
    for user_id, member_id in Member.objects.filter(user_id__in=found).values_list("user_id", "ref_id"):
        found[user_id].add(member_id)
    return found


def user_called(text: str) -> User | None:
    """The active user with this e-mail address, or behind the member ``source:external_id``."""
    user = User.objects.filter(email__iexact=text, is_active=True).first()
    source, _, external_id = text.partition(":")
    if user or not external_id:
        return user
    members = Member.objects.filter(ref__source=source, ref__external_id=external_id, user__is_active=True)
    member = members.select_related("user").first()
    return member.user if member else None
