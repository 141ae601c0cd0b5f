"""What every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def every_page(request: HttpRequest) -> dict[str, Any]:
    """The zone that times are shown in, and whether there is a built-in mailbox to read."""
    return {"reader_zone": timezone.get_current_timezone_name(), "mailbox_shown": settings.LOCAL_MAILBOX}
