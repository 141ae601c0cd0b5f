"""What a token or a signed-in person may do through the API."""

from functools import cache
from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from people.enums import Scope
from people.models import ApiToken
from people.naming import saw_name_in


class HasScope(BasePermission):
    """The token has the scope; a person signed in through the browser may read with their own rights.

    The token of an auditor reads, whatever its scopes: who looks at everything changes nothing.
    """

    scope: Scope
    message: str

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in SAFE_METHODS and getattr(request.user, "is_auditor", False):
            return False
        if isinstance(request.auth, ApiToken):
            return self.scope in request.auth.scopes
        return bool(request.user and request.user.is_authenticated) and request.method in SAFE_METHODS


class SeesEverybody(BasePermission):
    """Facts tell what everybody did: a token may read them, of signed-in persons those who see all names."""

    message = (
        "The facts tell what each person did. Use a token with the scope read, "
        "or ask an administrator for the right to see everybody's rows with names."
    )

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, ApiToken):
            return True
        sees = may_see_names(request)
        if sees:
            saw_name_in(None)  # of everybody, whatever their team
        return sees


@cache
def scope(name: str) -> type[HasScope]:
    """The permission class that asks for this scope: `permission_classes = [scope("read")]`."""
    wanted = Scope(name)
    how = f"make one with `manage.py create_token NAME --scope {wanted}`"
    message = f"This needs a token with the scope {wanted}; {how}."
    return type(f"HasScope{wanted.name}", (HasScope,), {"scope": wanted, "message": message})


def may_see_names(request: Request) -> bool:
    """Whether persons may be named: the token has people:read, or a signed-in person may see all names.

    Persons that may see the names of some rows only (their own, their team's) are `people.visibility`'s.
    """
    if isinstance(request.auth, ApiToken):
        return Scope.PEOPLE_READ in request.auth.scopes
    return bool(request.user and request.user.has_perm("people.see_names"))
