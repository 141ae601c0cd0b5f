"""Sign-ins that have ended by themselves: nobody signs out of a browser that was closed for good."""

from datetime import datetime

from django.contrib.sessions.models import Session


def purge(*, as_of: datetime) -> int:
    """Remove the sessions whose time is over; how many."""
    return Session.objects.filter(expire_date__lte=as_of).delete()[0]
