"""How people who speak about a breach are called: by name where the reader may see it, else by team."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from people.models import Membership, User
from reporting.deciding import other_parties
from reporting.models import Breach
from reporting.showing.reader import Reader


class Voices:
    """Everybody who acted on one breach; two statements, whatever their number."""

    def __init__(self, breach: Breach, users: Iterable[int | None], reader: Reader) -> None:
        self._breach, self._reader = breach, reader
        ids = {user for user in users if user}
        self._users = User.objects.in_bulk(ids) if ids else {}
        self._teams: dict[int, set[int]] = {}
        for user_id, team_id in Membership.objects.filter(user__in=ids).values_list("user_id", "team_id"):
            self._teams.setdefault(user_id, set()).add(team_id)
        self._others = other_parties(breach) if ids else frozenset()

    def called(self, user_id: int | None, label: str = "", *, at: datetime | None = None) -> str:
        """Somebody by name, else as one of the other team or of the team that owes; a program as such.

        ``label``: what is kept of who is gone, or the name of a token. It may well say who it was.
        """
        if user_id is None and not label:
            return _("the system")
        if user_id is None:
            seen = self._reader.sight.sees_name_of(None, self._breach.team_id, at)
            return label if seen else _("a program")
        user = self._users.get(user_id)
        team = self._team_of(user_id)
        if self._reader.sight.sees_name_of(user_id, team, at):
            return str(user) if user else _("somebody who is gone")
        return self._reader.teams[team].name

    def _team_of(self, user_id: int) -> int:
        """The other party's where they belong to it, else the team that owes."""
        theirs = self._teams.get(user_id, set())
        return next(iter(sorted(theirs & self._others)), self._breach.team_id)
