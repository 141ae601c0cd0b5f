"""The conversion and close-rate table through the API."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from leads.models import Member, Ref
from measurement.api.filters import Moments, One, Parameters, Single
from measurement.funnel import STAGES, By, Cohort, Funnel, Row, fold, funnel
from measurement.journeys import zone_of_company
from measurement.models import Clock
from measurement.periods import midnight
from people.api.permissions import may_see_names, scope

MOMENT = "A date (its beginning in the calendar's zone) or an instant."

#: How the API calls the counts of the stages, and the rate from the stage before to each.
COUNTS = ("leads", "mql", "sal", "sql", "deals", "won")
RATES = ("lead_to_mql", "mql_to_sal", "sal_to_sql", "sql_to_deal", "deal_to_won")

#: ``from`` is a word of Python's.
ConversionParameters: Any = type(
    "ConversionParameters",
    (Parameters,),
    {
        "from": Moments(),
        "to": Moments(),
        "by": One(among=By),
        "cohort": One(among=Cohort),
        "origin": Single(),
    },
)


class AmountsSerializer(serializers.Serializer):
    currency = serializers.CharField(allow_null=True, help_text="Null where the deals name none.")
    deals = serializers.IntegerField()
    won = serializers.IntegerField()
    lost = serializers.IntegerField()
    without_amount = serializers.IntegerField(help_text="Deals that say no amount; the sums leave them out.")
    amount = serializers.FloatField(help_text="Of all deals of these leads in this currency.")
    won_amount = serializers.FloatField(help_text="Of those that were won.")


class ConversionTotalSerializer(serializers.Serializer):
    leads = serializers.IntegerField()
    mql = serializers.IntegerField(help_text="Leads that were handed over: lead.qualified.")
    sal = serializers.IntegerField(help_text="Leads that sales accepted: lead.accepted.")
    sql = serializers.IntegerField(help_text="lead.converted, the status qualified, or a deal of the lead.")
    deals = serializers.IntegerField(help_text="Leads with at least one deal.")
    won = serializers.IntegerField(help_text="Leads with at least one deal that was won.")
    lead_to_mql = serializers.FloatField(allow_null=True)
    mql_to_sal = serializers.FloatField(allow_null=True, help_text="Of the MQLs, those that were accepted.")
    sal_to_sql = serializers.FloatField(allow_null=True)
    sql_to_deal = serializers.FloatField(allow_null=True)
    deal_to_won = serializers.FloatField(allow_null=True)
    deals_won = serializers.IntegerField(help_text="Deals, of which a lead may have several.")
    deals_closed = serializers.IntegerField()
    close_rate = serializers.FloatField(allow_null=True, help_text="Deals won ÷ deals won or lost.")
    maturing = serializers.IntegerField(help_text="Not won yet and younger than maturity_days.")
    amounts = AmountsSerializer(many=True)


class ConversionRowSerializer(ConversionTotalSerializer):
    key = serializers.CharField(
        allow_null=True,
        help_text="2026-04, an origin, an e-mail; null for none (or without people:read).",
    )


class ConversionSerializer(serializers.Serializer):
    """Rows, and the total that they add up to."""

    rows = ConversionRowSerializer(many=True)
    total = ConversionTotalSerializer()
    zone = serializers.CharField(help_text="In which months begin.")
    maturity_days = serializers.IntegerField(help_text="Nine in ten wins came within so many days.")
    wins = serializers.IntegerField(help_text="How many wins that is read from; below ten it is 90 days.")


class Conversion(GenericAPIView):
    """How leads turn into customers: lead → MQL → SAL → SQL → deal → won, for leads of [from, to)."""

    queryset = Clock.objects.none()
    serializer_class = ConversionSerializer
    permission_classes = (scope("read"),)
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[
            OpenApiParameter("from", OpenApiTypes.STR, description=f"{MOMENT} Default: ever."),
            OpenApiParameter("to", OpenApiTypes.STR, description=f"{MOMENT} Not included."),
            OpenApiParameter("by", enum=[str(by) for by in By], description="Default: month."),
            OpenApiParameter(
                "cohort",
                enum=[str(cohort) for cohort in Cohort],
                description="Whether a lead stands in the month of its creation (default) or of its handoff.",
            ),
            OpenApiParameter("origin", OpenApiTypes.STR, description="Only leads of this origin."),
        ]
    )
    def get(self, request: Request) -> Response:
        given = ConversionParameters.of(request)
        as_of = timezone.now().replace(microsecond=0)
        zone = zone_of_company(as_of=as_of)
        by = By((given["by"] or [By.MONTH])[0])
        found = funnel(
            by=by,
            cohort=Cohort((given["cohort"] or [Cohort.CREATED])[0]),
            since=_instant(given["from"], zone),
            until=_instant(given["to"], zone),
            zone=zone,
            origin=(given["origin"] or [None])[0],
            as_of=as_of,
        )
        rows = _by_name(found.rows, request) if by is By.OWNER else found.rows
        return Response(_shown(found, rows) | {"zone": zone})


def as_dict(row: Row) -> dict[str, Any]:
    """A row as the API and the CSV file show it."""
    rates = (row.rate(stage) for stage in STAGES[1:])
    return {
        **dict(zip(COUNTS, row.counts, strict=True)),
        **{name: _share(rate) for name, rate in zip(RATES, rates, strict=True)},
        "deals_won": row.deals_won,
        "deals_closed": row.deals_closed,
        "close_rate": _share(row.close_rate),
        "maturing": row.maturing,
    }


def _instant(moment: date | None, zone: str) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return midnight(moment, zone)


def _shown(found: Funnel, rows: Any) -> dict[str, Any]:
    return {
        "rows": [{"key": row.key, **as_dict(row), "amounts": _amounts(row)} for row in rows],
        "total": {**as_dict(found.total), "amounts": _amounts(found.total)},
        "maturity_days": found.maturity_days,
        "wins": found.wins,
    }


def _share(share: Any) -> float | None:
    return None if share is None else round(float(share), 6)


def _amounts(row: Row) -> list[dict[str, Any]]:
    names = ("currency", "deals", "won", "lost", "without_amount")
    return [
        {name: getattr(money, name) for name in names}
        | {"amount": float(money.amount), "won_amount": float(money.won_amount)}
        for money in row.money
    ]


def _by_name(rows: Any, request: Request) -> list[Row]:
    """Owners by e-mail, one row a person; without the right to names all in one row."""
    if not may_see_names(request):
        return [fold(rows, None)] if rows else []
    refs = [int(row.key) for row in rows if row.key is not None]
    names = {str(ref.id): str(ref) for ref in Ref.objects.filter(id__in=refs)}
    members = Member.objects.filter(ref_id__in=refs, email__isnull=False).values_list("ref_id", "email")
    names |= {str(ref): str(email) for ref, email in members}
    by_name: dict[str | None, list[Row]] = {}
    for row in rows:
        by_name.setdefault(names.get(row.key), []).append(row)
    return [
        fold(some, name)
        for name, some in sorted(by_name.items(), key=lambda pair: (not pair[0], pair[0] or ""))
    ]
