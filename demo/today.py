"""The last working hours before ``as_of``: something runs, is at risk or just overdue, for both teams.

Counted back from the last open instant of each office, so that it is so at any hour and at weekends.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.cast import LONDON, MARKET_OF_OFFICE, NATHAN, PARIS
from demo.company import Company, Contact
from demo.deals import close_deal, open_deal
from demo.fairs import announce, end
from demo.handoffs import Lead, accept, enter, qualify, route
from demo.ledger import Ledger
from demo.names import WEBINARS
from demo.requests import ask
from demo.stage import Stage

#: Until the promise is due: overdue ones first, then at risk, then running.
DECISION_DUE = {PARIS: (-110, 40, 65, 300, 410), LONDON: (-95, 50, 320)}
#: Working minutes before the last open instant, in the same order.
UNANSWERED = {PARIS: (205, 148, 104, 96, 41, 13), LONDON: (170, 101, 22)}
NOT_CONTACTED = {PARIS: (290, 262, 205, 190, 50), LONDON: (268, 196, 35)}
NOT_ROUTED = {PARIS: (95, 52, 12), LONDON: ()}
WITHOUT_REASON = {PARIS: (640, 35), LONDON: (80,)}
NOT_UPLOADED = {PARIS: (1_700, 130), LONDON: ()}
LONG_CLOSED = timedelta(hours=6)


def tell_today(stage: Stage, company: Company, ledger: Ledger) -> None:
    """What is going on at ``as_of``."""
    for office, market in MARKET_OF_OFFICE.items():
        _Today(stage, ledger, office, company.spared[market]).tell()


@dataclass(slots=True)
class _Today:
    stage: Stage
    ledger: Ledger
    office: str
    contacts: list[Contact]
    told: int = 0

    def tell(self) -> None:
        self._requests()
        for number, minutes in enumerate(DECISION_DUE[self.office]):
            self._routed(f"decide-{number}", self._a_day_before(self._ago(-minutes)))
        for number, minutes in enumerate(NOT_CONTACTED[self.office]):
            accept(
                self.ledger, self._routed(f"contact-{number}", self._ago(minutes + 45)), self._ago(minutes)
            )
        for number, minutes in enumerate(NOT_ROUTED[self.office]):
            self._qualified(f"route-{number}", self._ago(minutes))
        self._deals()
        self._webinars()

    def _contact(self) -> Contact:
        """The next of the contacts to whom nothing happened before."""
        self.told += 1
        return self.contacts[self.told % len(self.contacts)]

    def _ago(self, minutes: int) -> datetime:
        """So many working minutes before the office's last open instant."""
        return self.stage.offices[self.office].add(self.stage.closing(self.office), -60 * minutes)

    def _a_day_before(self, due: datetime) -> datetime:
        """The instant from which something is due then, one business day later."""
        office = self.stage.offices[self.office]
        before = (due - timedelta(days=days, seconds=1) for days in range(1, 8))
        return min(next(filter(office.is_open, before), due), self._ago(4))

    def _id(self, name: object) -> str:
        return f"{self.office[:2]}-today-{name}"

    def _requests(self) -> None:
        asked = [self._ago(minutes) for minutes in UNANSWERED[self.office]]
        closing = self.stage.closing(self.office)
        closed = self.stage.as_of - closing
        if closed > LONG_CLOSED:
            asked += [closing + closed * share for share in (0.4, 0.7)]
        for number, at in enumerate(asked):
            ask(self.ledger, self._id(number), self._contact(), at, ("form", "phone", "email")[number % 3])

    def _qualified(self, name: str, at: datetime) -> Lead:
        created = at - timedelta(minutes=20)
        lead = Lead(f"L-{self._id(name)}", self._contact(), "web_form", created)
        enter(self.ledger, lead, keeper=NATHAN, score=72)
        qualify(self.ledger, lead, at)
        return lead

    def _routed(self, name: str, at: datetime) -> Lead:
        lead = self._qualified(name, at)
        route(self.ledger, lead, at + timedelta(minutes=3), lead.contact.owner)
        return lead

    def _deals(self) -> None:
        for number, minutes in enumerate(WITHOUT_REASON[self.office]):
            key, closed = f"D-{self._id(number)}", self._ago(minutes)
            open_deal(self.stage, self.ledger, key, self._contact(), closed - timedelta(days=33))
            close_deal(self.ledger, key, closed, "lost" if number else "won")

    def _webinars(self) -> None:
        for number, minutes in enumerate(NOT_UPLOADED[self.office]):
            key, ended = f"E-{self._id(number)}", self._ago(minutes)
            name, kind = WEBINARS[-1 - number]
            announce(self.ledger, key, f"{name} {ended.year}", kind, ended, expected=9)
            end(self.ledger, key, ended)
