"""Which persons an answer of the API may name."""

from datetime import datetime

from rest_framework.request import Request

from people.api.permissions import may_see_names
from people.models import ApiToken
from people.visibility import Sight
from reporting.reading import Person


class Names:
    """A token names everybody with people:read and nobody without; a signed-in person sees what is theirs."""

    def __init__(self, request: Request, *, as_of: datetime) -> None:
        self._all = may_see_names(request)
        self._sight = None if isinstance(request.auth, ApiToken) else Sight(request.user, as_of=as_of)

    def may_show(self, user_id: int | None, team_id: int) -> bool:
        """Whether a row of this person in this team shows who it is."""
        return self._all or (self._sight is not None and self._sight.sees_name_of(user_id, team_id))

    def address(self, person: Person | None, team_id: int) -> str | None:
        """The person's e-mail address, if it may be shown."""
        return person.email if person and self.may_show(person.user_id, team_id) else None
