"""Readings in the shape of the API: for whom they are in names that the reader may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rest_framework.request import Request

from agreements.terms import parse_terms
from leads.models import Ref
from measurement import readings as periods
from measurement.api.showing import Names
from measurement.models import Reading
from measurement.readings.rows import decimal
from measurement.units import TEAM

STORED = ("period_start", "period_end", "left_out", "target", "detail", "final_at")
MEMBER, NOBODY = "member", "nobody"


def shown_readings(readings: Sequence[Reading], request: Request, *, as_of: datetime) -> list[dict[str, Any]]:
    """Rows of ReadingSerializer; the readings come with commitment and version."""
    commitments = {reading.commitment_id: reading.commitment for reading in readings}
    terms: dict[int, Any] = {
        pk: parse_terms(commitment.kind, commitment.terms) for pk, commitment in commitments.items()
    }
    whom = _Whom(readings, terms, request, as_of)
    return [_row(known, whom) for known in periods.known(readings, terms, as_of=as_of)]


class _Whom:
    """What ``each`` of readings is called; the statements of Names, and one for accounts."""

    def __init__(
        self, readings: Sequence[Reading], terms: dict[int, Any], request: Request, as_of: datetime
    ) -> None:
        self._kinds = {pk: getattr(one, "each", TEAM) for pk, one in terms.items()}
        members, accounts = (
            {
                int(one.each)
                for one in readings
                if self._kinds[one.commitment_id] == kind and one.each.isdigit()
            }
            for kind in ("member", "account")
        )
        self._names = Names(request, members, as_of=as_of)
        refs = Ref.objects.filter(id__in=accounts) if accounts else ()
        self._accounts = {str(ref.id): str(ref) for ref in refs}

    def called(self, reading: Reading) -> str:
        """``team``, an e-mail, ``member``, ``nobody``, or an account's source:external_id."""
        if not reading.each:
            return NOBODY
        match self._kinds[reading.commitment_id]:
            case "member":
                member = int(reading.each)
                team, at = reading.commitment.owner_id, reading.period_start
                return self._names.email(member, team, at) or MEMBER
            case "account":
                return self._accounts.get(reading.each, reading.each)
        return reading.each


def _row(known: periods.Known, whom: _Whom) -> dict[str, Any]:
    reading = known.reading
    return {
        **{name: getattr(reading, name) for name in STORED},
        "id": reading.pk,
        "commitment": reading.commitment_key,
        "version": reading.commitment.version.number,
        "each": whom.called(reading),
        "value": decimal(known.value),
        "numerator": known.numerator,
        "denominator": known.denominator,
        "maturing": known.maturing,
        "expected": None if reading.expected is None else float(reading.expected),
        "verdict": known.verdict,
        "waived_at": reading.detail.get("waived", {}).get("at"),
    }
