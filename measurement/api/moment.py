"""One instant for everything that an answer says."""

from datetime import datetime
from functools import cached_property

from django.utils import timezone


class AtThisMoment:
    """A view that answers as of one instant."""

    @cached_property
    def as_of(self) -> datetime:
        """The moment of the request, in whole seconds."""
        return timezone.now().replace(microsecond=0)
