"""Whether an answer of the API may say who somebody is."""

from datetime import datetime
from functools import cached_property

from rest_framework.request import Request

from people.api.permissions import may_see_names
from people.models import ApiToken
from people.naming import current_policy, named_since
from people.visibility import Sight


class NamesFor:
    """A token names everybody with people:read and nobody without; a signed-in person sees what is theirs.

    Neither is told who did what is older than the company's rule keeps names.
    """

    def __init__(self, request: Request, *, as_of: datetime) -> None:
        by_token = isinstance(request.auth, ApiToken)
        self._as_of = as_of
        self._all = by_token and may_see_names(request)
        self._sight = None if by_token else Sight(request.user, as_of=as_of)

    @property
    def any(self) -> bool:
        """Whether there may be anybody whom the answer may name."""
        return self._all or self._sight is not None

    def may_show(self, user_id: int | None, team_id: int, at: datetime | None = None) -> bool:
        """Whether a row of this person in this team shows who it is; `at`: when what it tells happened."""
        if self._sight is not None:
            return self._sight.sees_name_of(user_id, team_id, at)
        return self._all and (at is None or self._since is None or at >= self._since)

    @cached_property
    def _since(self) -> datetime | None:
        return named_since(current_policy(), as_of=self._as_of)
