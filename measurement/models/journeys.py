"""The ways of leads, kept: one row a lead and a deal, and what they add up to.

Written only by ``measurement.kept``. All of it is derived from the facts and could be made afresh at any time
(``measurement.kept.rebuild``).
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from measurement.enums import Board, Grain


def _of(name: str, *fields: str, condition: Q) -> models.Index:
    """The latest handoffs first, of leads that have these fields alike."""
    return models.Index(
        *map(F, fields), F("mql_at").desc(), F("lead_id").desc(), name=name, condition=condition
    )


class JourneyMark(models.Model):
    """A record whose facts changed since its lead's journey was written. ``record``: also what it says
    itself, not only an event that names it."""

    ref_id = models.BigIntegerField(primary_key=True)
    record = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("journey mark")
        verbose_name_plural = _("journey marks")

    def __str__(self) -> str:
        return str(self.ref_id)


class JourneyState(models.Model):
    """That journeys are kept (row 1; none: they are not yet), in which zone their days are counted, and the
    instant up to which facts were looked at."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    zone = models.CharField(max_length=64)
    as_of = models.DateTimeField()

    class Meta:
        verbose_name = _("state of the journeys")
        verbose_name_plural = _("states of the journeys")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="journey_state_only_one")]

    def __str__(self) -> str:
        return f"{self.as_of} {self.zone}"


class Journey(models.Model):
    """A lead that survived and is not deleted, as ``measurement.journeys`` reads it from the facts.

    ``outcome`` and what follows it speak of its first handoff (``measurement.feedback``), None without one;
    ``score`` is that known at the handoff where it is a number, ``touched_at`` the first touch by a person
    and ``dropped_at`` the first rejection or return at or after it (``measurement.priorities``).
    ``campaign_id`` and ``owner_id`` are as the lead names them, merged or not.
    """

    lead_id = models.BigIntegerField(primary_key=True)
    origin = models.CharField(max_length=255, null=True)
    campaign_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(null=True)
    mql_at = models.DateTimeField(null=True)
    sal_at = models.DateTimeField(null=True)
    sql_at = models.DateTimeField(null=True)
    deal_at = models.DateTimeField(null=True)
    won_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=255, null=True)
    bad_data = models.BooleanField(default=False)
    met = models.BooleanField(default=False)
    score = models.FloatField(null=True)
    touched_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        indexes = [
            models.Index(F("created_at").desc(), F("lead_id").desc(), name="journey_created"),
            _of("journey_handed", condition=Q(mql_at__isnull=False)),
            _of("journey_outcome", "outcome", condition=Q(mql_at__isnull=False)),
            _of("journey_reason", "reason", condition=Q(outcome="rejected")),
            _of("journey_origin", "origin", condition=Q(mql_at__isnull=False)),
            _of("journey_campaign", "campaign_id", condition=Q(mql_at__isnull=False)),
            _of("journey_owner", "owner_id", condition=Q(mql_at__isnull=False)),
            _of("journey_met", condition=Q(mql_at__isnull=False, met=True)),
            _of("journey_deal", condition=Q(mql_at__isnull=False, deal_at__isnull=False)),
            _of("journey_won", condition=Q(mql_at__isnull=False, won_at__isnull=False)),
            _of("journey_bad_data", condition=Q(mql_at__isnull=False, bad_data=True)),
        ]

    def __str__(self) -> str:
        return str(self.lead_id)


class JourneyDeal(models.Model):
    """A deal that survived and is not deleted; ``lead_id`` is the survivor of the lead that it names.

    Won or lost by its latest closing. Without ``created_at`` it is dated ahead: no lead's deal yet.
    """

    deal_id = models.BigIntegerField(primary_key=True)
    lead_id = models.BigIntegerField(null=True, db_index=True)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    created_at = models.DateTimeField(null=True)
    won_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("deal on a journey")
        verbose_name_plural = _("deals on journeys")
        indexes = [
            models.Index(
                fields=["closed_at"], name="journey_deal_closed", condition=Q(closed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return str(self.deal_id)


class Tallied(models.Model):
    """What a tally is about: leads whose day lies in the day or month from ``start`` on, by origin and party
    (the owner, or of handoffs the campaign; 0: nobody), none of them written as ``""``."""

    board = models.CharField(max_length=9, choices=[(b.value, b.value) for b in Board])
    grain = models.CharField(max_length=5, choices=[(g.value, g.value) for g in Grain])
    start = models.DateField()
    origin = models.CharField(max_length=255)
    party = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.board} {self.grain} {self.start}"


class JourneyTally(Tallied):
    """How many leads went just so far. ``path`` of leads by their creation or handoff: the stages reached, a
    letter each (``measurement.kept.paths``); of handoffs: what became of them."""

    path = models.CharField(max_length=300)
    leads = models.BigIntegerField()

    class Meta:
        verbose_name = _("tally of journeys")
        verbose_name_plural = _("tallies of journeys")
        constraints = [
            models.UniqueConstraint(
                fields=["board", "grain", "start", "origin", "party", "path"], name="journey_tally_once"
            )
        ]


class MoneyTally(Tallied):
    """The deals of these leads by currency (``""``: they name none), and on the board of closings all deals
    by the day on which they were closed."""

    currency = models.CharField(max_length=3)
    deals = models.BigIntegerField()
    won = models.BigIntegerField()
    lost = models.BigIntegerField()
    without_amount = models.BigIntegerField()
    won_without_amount = models.BigIntegerField()
    amount = models.DecimalField(max_digits=40, decimal_places=4)
    won_amount = models.DecimalField(max_digits=40, decimal_places=4)

    class Meta:
        verbose_name = _("tally of deals")
        verbose_name_plural = _("tallies of deals")
        constraints = [
            models.UniqueConstraint(
                fields=["board", "grain", "start", "origin", "party", "currency"], name="money_tally_once"
            )
        ]


class WinTally(models.Model):
    """How many leads were won within so many days (begun ones count) of what puts them on the board."""

    board = models.CharField(max_length=9, choices=[(b.value, b.value) for b in Board])
    days = models.IntegerField()
    wins = models.BigIntegerField()

    class Meta:
        verbose_name = _("tally of wins")
        verbose_name_plural = _("tallies of wins")
        constraints = [models.UniqueConstraint(fields=["board", "days"], name="win_tally_once")]

    def __str__(self) -> str:
        return f"{self.board} {self.days}"
