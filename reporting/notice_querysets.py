"""The words by which notices are asked for."""

from datetime import datetime
from typing import Any, Self

from django.db import models


class NoticeQuerySet(models.QuerySet):
    """What single persons were told."""

    def of_reader(self, user: Any, *, as_of: datetime) -> Self:
        """What a person was told by now, the latest first; an act that can be undone is not told yet."""
        return self.filter(recipient_id=user.pk, created_at__lte=as_of).order_by("-created_at", "-id")

    def unread(self) -> Self:
        """Not looked at yet."""
        return self.filter(read_at__isnull=True)

    def to_mail(self, *, as_of: datetime) -> Self:
        """Those whose time to be mailed has come."""
        return self.waiting().filter(due_at__lte=as_of)

    def waiting(self) -> Self:
        """Those that are still to be mailed, whenever that may be."""
        return self.filter(mailed_at__isnull=True, silent=False)

    def waiting_or_silent(self) -> Self:
        """Those that no mail holds."""
        return self.filter(mailed_at__isnull=True)
