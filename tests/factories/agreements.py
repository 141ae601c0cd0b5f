"""Agreements, with only what the database needs; `signed` for everything that must bind."""

from datetime import UTC, date, datetime
from textwrap import dedent

import factory

from agreements.enums import Kind
from agreements.loading import load
from agreements.models import (
    Agreement,
    AgreementVersion,
    BusinessCalendar,
    CalendarUse,
    CalendarVersion,
    Commitment,
    Signature,
    VersionComment,
)
from agreements.reviewing import send_to_review
from tests.factories.people import TeamFactory, UserFactory

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

SIMPLE = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: 2026-01-01
calendars:
  london:
    timezone: Europe/London
    week: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}
commitments:
  - {key: inbound, title: Inbound, owner: sales, kind: response, start: {event: request.received}, stop: {events: [call.made, meeting.booked]}, within: 4 business hours}
"""  # noqa: E501 - as people write it
CHAT = """
  - {key: chat, owner: sales, kind: coverage, presence: {online: chat.online, offline: chat.offline}, target: ">= 95%"}
"""  # noqa: E501 - as people write it
"""One more commitment for SIMPLE, of another kind."""


def drafted(text: str = SIMPLE, *, as_of: datetime = LONG_AGO) -> AgreementVersion:
    """The draft of an agreement's YAML."""
    return load(dedent(text), by="test", as_of=as_of).version


def signed(text: str = SIMPLE, *, as_of: datetime = LONG_AGO) -> AgreementVersion:
    """The signed version of an agreement's YAML: commitments cannot be added to a signed version by hand."""
    return load(dedent(text), by="test", as_of=as_of, sign=True).version


def in_review(text: str = SIMPLE, *, as_of: datetime = LONG_AGO) -> AgreementVersion:
    """The version of an agreement's YAML that all parties are asked to sign."""
    version = drafted(text, as_of=as_of)
    send_to_review(version, by=UserFactory(), as_of=as_of)
    return version


class BusinessCalendarFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BusinessCalendar

    key = factory.Sequence(lambda n: f"calendar-{n}")


class CalendarVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CalendarVersion

    calendar = factory.SubFactory(BusinessCalendarFactory)
    number = factory.Sequence(lambda n: n + 1)
    timezone = "UTC"
    definition = factory.LazyFunction(lambda: {"timezone": "UTC", "week": {"mon": ["09:00-17:00"]}})
    first_year = 2019
    last_year = 2025
    sha256 = "0" * 64


class AgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agreement

    key = factory.Sequence(lambda n: f"agreement-{n}")


class AgreementVersionFactory(factory.django.DjangoModelFactory):
    """A draft."""

    class Meta:
        model = AgreementVersion

    agreement = factory.SubFactory(AgreementFactory)
    number = 1
    title = "Agreement"
    document = factory.LazyAttribute(
        lambda o: {
            "agreement": o.agreement.key,
            "parties": ["marketing", "sales"],
            "effective_from": "2020-01-01",
        }
    )
    effective_from = date(2020, 1, 1)
    starts_at = LONG_AGO
    created_at = LONG_AGO


class CalendarUseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CalendarUse

    version = factory.SubFactory(AgreementVersionFactory)
    position = 0
    calendar = factory.SubFactory(CalendarVersionFactory)


class CommitmentFactory(factory.django.DjangoModelFactory):
    """A response promise of a draft."""

    class Meta:
        model = Commitment

    version = factory.SubFactory(AgreementVersionFactory)
    position = factory.Sequence(lambda n: n)
    key = factory.Sequence(lambda n: f"commitment-{n}")
    kind = Kind.RESPONSE
    owner = factory.SubFactory(TeamFactory)
    terms = factory.LazyFunction(
        lambda: {"start": {"event": "request.received"}, "stop": {"event": "call.made"}, "within": "1 hour"}
    )


class SignatureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Signature

    version = factory.SubFactory(AgreementVersionFactory)
    party = factory.SubFactory(TeamFactory)
    signed_as = "Ada"
    at = LONG_AGO


class VersionCommentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = VersionComment

    version = factory.SubFactory(AgreementVersionFactory)
    part = "handoff"
    author = factory.SubFactory(UserFactory)
    at = LONG_AGO
    text = "Why so late?"
