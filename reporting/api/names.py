"""Which persons an answer of the API may name."""

from datetime import datetime

from people.api.names import NamesFor
from reporting.reading import Person


class Names(NamesFor):
    """Persons as the rows of breaches and reports know them."""

    def address(self, person: Person | None, team_id: int, at: datetime | None = None) -> str | None:
        """The person's e-mail address, if it may be shown."""
        return person.email if person and self.may_show(person.user_id, team_id, at) else None
