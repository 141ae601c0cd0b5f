"""Refused rows that are sent again by hand, when the reason is gone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from leads.ingestion.flow import REPLAY, ingest
from leads.ingestion.summary import Summary
from leads.models import QuarantinedRow


def replay(rows: Iterable[QuarantinedRow], *, as_of: datetime) -> list[Summary]:
    """Ingest refused rows again, each with those of its source and resource; the old ones go.

    What is refused once more is quarantined anew, with today's reason.
    """
    groups: dict[tuple[str, str], list[QuarantinedRow]] = defaultdict(list)
    for row in rows:
        groups[row.batch.source, row.batch.resource].append(row)
    summaries = []
    for (source, resource), group in sorted(groups.items()):
        with transaction.atomic():
            QuarantinedRow.objects.filter(id__in=[row.id for row in group]).delete()
            raw: list[Any] = [row.raw for row in group]
            summaries.append(ingest(resource=resource, source=source, rows=raw, channel=REPLAY, as_of=as_of))
    return summaries
