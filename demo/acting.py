"""What people did about the misses of the morning's report: most are closed within days, with a cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from demo.cast import ANTOINE, CLAIRE, EMMA
from demo.stage import Stage
from leads.models import Ref
from people.models import User
from reporting.acting import acknowledge, resolve
from reporting.enums import BreachState, RootCause
from reporting.models import Breach

#: Chances on the morning it is told, and on each later one.
SEEN, SEEN_LATER = 0.55, 0.6
CLOSED, CLOSED_LATER = 0.22, 0.42
FORGOTTEN_AFTER = timedelta(days=12)  # by then the manager closes what is left

CAUSES = {
    "inbound-response": (
        RootCause.OVERLOOKED,
        RootCause.CAPACITY,
        RootCause.AFTER_HOURS,
        RootCause.NOT_LOGGED,
    ),
    "mql-decision": (RootCause.OVERLOOKED, RootCause.BAD_DATA, RootCause.PROCESS, RootCause.CAPACITY),
    "lead-contact": (RootCause.OVERLOOKED, RootCause.CAPACITY, RootCause.NOT_LOGGED),
    "lead-routing": (RootCause.PROCESS, RootCause.BAD_DATA, RootCause.OVERLOOKED),
    "event-upload": (RootCause.PROCESS, RootCause.FEED_LATE),
    "deal-reasons": (RootCause.NOT_LOGGED, RootCause.OVERLOOKED),
    "call-wait": (RootCause.CAPACITY,),
    "web-chat": (RootCause.CAPACITY, RootCause.PROCESS),
    "buyer-roles": (RootCause.NOT_LOGGED, RootCause.BAD_DATA),
    "new-contacts": (RootCause.CAPACITY, RootCause.OVERLOOKED),
    "mql-volume": (RootCause.CAPACITY,),
    "bad-data": (RootCause.BAD_DATA,),
    "mql-to-meeting": (RootCause.PROCESS, RootCause.CAPACITY),
    "content-enablement": (RootCause.OVERLOOKED, RootCause.PROCESS),
    "meeting-listening": (RootCause.OVERLOOKED,),
}
NOTES: Mapping[RootCause, Mapping[str, tuple[str, ...]]] = {
    RootCause.ON_LEAVE: {
        "fr": ("Antoine était en congé, le relais n'était pas réglé.",),
        "en": ("Antoine was on leave and nobody had been named to cover.",),
    },
    RootCause.CAPACITY: {
        "fr": ("Trop de demandes en même temps ce jour-là.", "Une personne de moins au standard."),
        "en": ("Two of us were ill that week.", "More came in than we could answer."),
    },
    RootCause.OVERLOOKED: {
        "fr": ("Vu trop tard, j'étais en clientèle.", "Passé au travers, je rappelle ce matin."),
        "en": ("I saw it too late, I was at a customer's.", "Slipped through; I have called since."),
    },
    RootCause.AFTER_HOURS: {
        "fr": ("Arrivé le soir, noyé dans les messages du matin.",),
        "en": ("Came in overnight and drowned in the morning's mail.",),
    },
    RootCause.BAD_DATA: {
        "fr": (
            "Le numéro était faux, il a fallu chercher.",
            "Doublon : le compte existait sous un autre nom.",
        ),
        "en": ("The number was wrong and had to be looked up.", "A duplicate: the account had another name."),
    },
    RootCause.PROCESS: {
        "fr": (
            "Le fichier de l'organisateur est arrivé tard.",
            "La règle d'affectation ne couvre pas ce cas.",
        ),
        "en": ("The rule that assigns leads does not cover this case.",),
    },
    RootCause.NOT_LOGGED: {
        "fr": ("Fait à temps, mais noté après coup.", "C'est fait, je ne l'avais pas saisi."),
        "en": ("Done in time, but entered afterwards.",),
    },
    RootCause.FEED_LATE: {
        "fr": ("L'import de la plateforme a échoué la nuit.",),
        "en": ("The platform's import failed overnight.",),
    },
    RootCause.UNASSIGNED: {
        "fr": ("Personne n'en avait la charge, c'est réglé.",),
        "en": ("Nobody had it; it has an owner now.",),
    },
}


@dataclass(frozen=True, slots=True)
class People:
    """Who acts: the users by their key."""

    stage: Stage
    users: Mapping[str, User]

    def work_through(self, day: date, *, since: datetime, until: datetime) -> None:
        """One working day: between the two instants some of the open misses are seen to."""
        if until <= since:
            return
        breaches = Breach.objects.live().tellable().told_by(since).select_related("assignee", "team")
        names = dict(
            Ref.objects.filter(id__in={b.subject_id for b in breaches}).values_list("id", "external_id")
        )
        for breach in sorted(breaches, key=lambda b: _key(b, names)):
            self._see_to(breach, self.stage.dice("act", day, *_key(breach, names)), since, until)

    def _see_to(self, breach: Breach, dice: Random, since: datetime, until: datetime) -> None:
        is_new = breach.opened_at >= since - timedelta(hours=12)
        who = self._doer(breach)
        at = (since + (until - since) * (0.1 + 0.4 * dice.random())).replace(microsecond=0)
        if dice.random() < (CLOSED if is_new else CLOSED_LATER) or since - breach.missed_at > FORGOTTEN_AFTER:
            cause = self._cause(breach, dice)
            note = dice.choice(NOTES[cause]["fr" if who.language == "fr" else "en"])
            resolve(breach, by=who, as_of=at, root_cause=cause, note=note)
        elif breach.state == BreachState.OPEN and dice.random() < (SEEN if is_new else SEEN_LATER):
            acknowledge(breach, by=who, as_of=at)

    def _doer(self, breach: Breach) -> User:
        """Whoever it was given to; the manager of the side for what is nobody's, or whose owner is away."""
        manager = EMMA if breach.team.side == "marketing" else CLAIRE
        if breach.assignee is None or breach.assignee == self.users[ANTOINE.key]:
            return self.users[manager.key]
        return breach.assignee

    def _cause(self, breach: Breach, dice: Random) -> RootCause:
        if breach.assignee == self.users[ANTOINE.key] and self.stage.is_away(ANTOINE, breach.missed_at):
            return RootCause.ON_LEAVE
        week = breach.missed_at.date() - self.stage.bad_week
        if breach.commitment_key.endswith("-uk") and timedelta(0) <= week < timedelta(days=7):
            return RootCause.CAPACITY
        return dice.choice(CAUSES[breach.commitment_key.removesuffix("-uk")])


def _key(breach: Breach, names: Mapping[int, str]) -> tuple[str, ...]:
    subject = names.get(breach.subject_id or 0, "")
    return (breach.commitment_key, subject, breach.start_key, str(breach.period_start or ""))
