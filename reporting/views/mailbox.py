"""The built-in mailbox: what would have been sent, when no mail server is configured."""

from typing import cast

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from people.models import User
from reporting.mailbox import contents_of
from reporting.models import ReceivedMail
from reporting.showing.paging import page_of

# A page of ours in the frame would be refused: it is framed by nobody.
LINKS_LEAVE_THE_FRAME = '<head><base target="_top">'


def _mails(request: HttpRequest) -> QuerySet[ReceivedMail]:
    """A reader sees the mails addressed to them, an administrator all of them."""
    if not settings.LOCAL_MAILBOX:
        raise Http404
    mails, reader = ReceivedMail.objects.all(), cast("User", request.user)
    return mails if reader.is_superuser else mails.filter(recipients__contains=[reader.email])


@require_safe
@login_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """The mails, newest first."""
    page = page_of(_mails(request), request, keyset=("-received_at", "-id"))
    return render(
        request, "pages/mailbox.html", {"mails": page.rows, "newer": page.newer, "older": page.older}
    )


@require_safe
@login_required
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail, as its reader would see it."""
    found = get_object_or_404(_mails(request), pk=pk)
    return render(request, "pages/mail.html", {"mail": found, "text": contents_of(found.raw).text})


@require_safe
@login_required
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]  # its types know views without arguments only
    {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups", "allow-top-navigation-by-user-activation"],
    }
)
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of a mail alone, for the frame: it may not run or load anything."""
    found = get_object_or_404(_mails(request), pk=pk)
    return HttpResponse(contents_of(found.raw).html.replace("<head>", LINKS_LEAVE_THE_FRAME, 1))
