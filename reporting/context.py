"""What every page needs."""

from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from reporting.navigation import ROOMS, room_of, tabs_of
from reporting.views.notices import unread_notices


def every_page(request: HttpRequest) -> dict[str, Any]:
    """The zone that times are shown in, where the page is, and whether there is a built-in mailbox."""
    match = request.resolver_match
    page = match.url_name if match else None
    room = room_of(page)
    user = getattr(request, "user", None)  # a request that is refused at the door has none yet
    return {
        "reader_zone": timezone.get_current_timezone_name(),
        "mailbox_shown": settings.LOCAL_MAILBOX,
        "unread_notices": cache(partial(unread_notices, request)),
        "room": room,
        "room_label": ROOMS[room].label if room in ROOMS else "",
        "tabs": tabs_of(room, page, user) if user is not None and user.is_authenticated else (),
    }
