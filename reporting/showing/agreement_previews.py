"""What each promise of a version would have given, before anybody signs it."""

from datetime import datetime
from typing import Any

from agreements.models import AgreementVersion


def previews(version: AgreementVersion, *, as_of: datetime) -> list[Any]:
    """One line a promise on the company's last 90 days; nothing is stored."""
    return []
