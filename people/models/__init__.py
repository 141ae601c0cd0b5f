"""Who: users, teams, who belonged where when and was away, names, and the tokens of programs."""

from people.models.absences import Absence, WorkingHours
from people.models.invitations import Invitation
from people.models.naming import NameAccess, NamingPolicy, NoticeRead
from people.models.teams import Membership, Team
from people.models.tokens import ApiToken
from people.models.users import User, default_language

__all__ = [
    "Absence",
    "ApiToken",
    "Invitation",
    "Membership",
    "NameAccess",
    "NamingPolicy",
    "NoticeRead",
    "Team",
    "User",
    "WorkingHours",
    "default_language",
]
