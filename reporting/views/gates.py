"""Who may open the pages of setting up and of the data, as people.visibility has it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.visibility import Sight

View = Callable[..., HttpResponse]
IMPORT = "leads.add_importjob"
MEND = "leads.add_quarantinedrow"


def administered(view: View) -> View:
    """A page for administrators: 403 for everybody else who is signed in."""

    @login_required
    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not Sight(request.user, as_of=timezone.now()).is_admin:
            raise PermissionDenied(_("Only administrators can do this."))
        return view(request, *args, **kwargs)

    return gate


def may_change_data(user: Any, permission: str) -> bool:
    """Whether the person imports files, or mends and sends refused rows: administrators, and whoever was
    given the permission."""
    sight = Sight(user, as_of=timezone.now())
    return sight.is_admin or (user.has_perm(permission) and not sight.changes_nothing)


def may_read_data(user: Any, permission: str) -> bool:
    """Whether the person looks at raw rows, names and addresses included: they, and auditors."""
    sight = Sight(user, as_of=timezone.now())
    return sight.is_admin or bool(user.is_auditor) or user.has_perm(permission)
