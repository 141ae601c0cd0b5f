"""The origins that leads have, for choosing among them."""

from datetime import datetime

from django.db import connection

from leads.models import Lead
from measurement.enums import Board, Grain
from measurement.kept.serving import zone_kept

KEPT = f"""
SELECT DISTINCT origin FROM measurement_journeytally
WHERE board = '{Board.CREATED}' AND grain = '{Grain.MONTH}' AND origin <> '' ORDER BY origin
"""


def origins(*, as_of: datetime) -> list[str]:
    """In their order; from what is kept, else from the leads themselves."""
    if zone_kept(as_of=as_of):
        with connection.cursor() as cursor:
            cursor.execute(KEPT)
            return [origin for (origin,) in cursor.fetchall()]
    known = Lead.objects.exclude(origin=None).exclude(origin="").order_by("origin")
    return [str(origin) for origin in known.values_list("origin", flat=True).distinct()]
