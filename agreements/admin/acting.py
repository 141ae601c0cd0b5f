"""Who acts on an admin page."""

from typing import cast

from django.http import HttpRequest

from people.models import User


def person(request: HttpRequest) -> User:
    """The one who is signed in: no admin page opens without."""
    return cast("User", request.user)
