"""How the agreement came about: written by marketing, commented by sales, signed by both managers."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from agreements.loading import load
from agreements.models import AgreementVersion
from agreements.reviewing import comment, resolve, send_to_review
from agreements.signing import sign
from demo.cast import CLAIRE, EMMA
from demo.stage import Stage
from people.models import Team, User

WRITTEN, READ = timedelta(days=3), timedelta(days=1)  # before the signing
CLAIRE_ASKS = "Deux heures tiennent-elles aussi le vendredi après-midi ?"
EMMA_ANSWERS = "They are business hours: on Friday at 16:30 the clock stops at 17:00 and goes on on Monday."


def agree(stage: Stage, users: Mapping[str, User]) -> AgreementVersion:
    """The signed version; with the last signature it binds, ``stage.opens`` is when."""
    emma, claire = users[EMMA.key], users[CLAIRE.key]
    version = load(stage.agreement, by=emma, as_of=stage.opens - WRITTEN).version
    read_at = stage.opens - READ
    send_to_review(version, by=emma, as_of=read_at)
    _talk(version, claire, emma, at=read_at)
    for person in (emma, claire):
        party = Team.objects.get(slug={emma: "marketing", claire: "sales"}[person])
        sign(version, party=party, by=person, as_of=stage.opens)
    return version


def _talk(version: AgreementVersion, claire: User, emma: User, *, at: datetime) -> None:
    asked = comment(version, part="commitments", text=CLAIRE_ASKS, by=claire, as_of=at + timedelta(hours=2))
    comment(version, part="commitments", text=EMMA_ANSWERS, by=emma, as_of=at + timedelta(hours=3))
    resolve(asked, by=claire, as_of=at + timedelta(hours=4))
