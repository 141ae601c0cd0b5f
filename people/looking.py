"""What surrounds every request of a person: auditors only look, and a look at others' names is noted."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.naming import note_access, noting_names, saw_name_in
from people.own_affairs import is_own_affair

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

#: Signing in and out, one's password and second factor, one's language: everybody's own.
OWN_ROUTES = ("accounts/", "i18n/")
OWN_ADMIN_PAGES = frozenset({"admin:logout", "admin:login"})

#: Pages of the administration whose rows tell who did what.
ADMIN_APPS_WITH_NAMES = ("core_", "leads_", "measurement_", "people_", "reporting_", "agreements_")
ADMIN_PAGES_OF_ROWS = ("_changelist", "_change", "_history")


class AuditorsOnlyLook:
    """Refuses every act of an auditor that is not their own affair, whatever else they are (403)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_given: Any) -> None:
        if request.method in SAFE or not getattr(request.user, "is_auditor", False):
            return
        match = request.resolver_match
        own = match is not None and (
            match.route.startswith(OWN_ROUTES) or match.view_name in OWN_ADMIN_PAGES or is_own_affair(view)
        )
        if not own:
            raise PermissionDenied(_("Auditors look at everything and change nothing."))


class NotesNamesShown:
    """Writes into the access log which teams' members a page or an answer named to a signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        reader = request.user
        with noting_names() as teams:
            response = self.get_response(request)
            _note_admin_page(request)
        if teams and response.status_code == HTTPStatus.OK and request.resolver_match:
            page = request.resolver_match.view_name
            note_access(reader, page=page, team_ids=teams, as_of=timezone.now())  # noqa: TID251 (the edge, as a view is)
        return response


def _note_admin_page(request: HttpRequest) -> None:
    page = request.resolver_match.view_name if request.resolver_match else ""
    space, _colon, name = page.partition(":")
    if space == "admin" and name.startswith(ADMIN_APPS_WITH_NAMES) and name.endswith(ADMIN_PAGES_OF_ROWS):
        saw_name_in(None)
