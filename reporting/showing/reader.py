"""What one reader may be shown: the promises by name, and people by name only where they may see them."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from agreements.promises import in_force_history
from agreements.terms.values import Promise
from people.models import Team
from people.visibility import Sight
from reporting.labels import Label, labels_of
from reporting.members import users_of_members


class Reader:
    """A signed-in person looking at one instant; each question is asked of the database once."""

    def __init__(self, user: Any, *, as_of: datetime) -> None:
        self.user = user
        self.as_of = as_of
        self.sight = Sight.of(user, as_of=as_of)
        self._labels: dict[int, Label] = {}
        self._users: dict[int | None, Any] = {}

    @cached_property
    def promises(self) -> list[Promise]:
        """Every signed commitment of all times, by key, oldest version first."""
        return in_force_history()

    @cached_property
    def _by_commitment(self) -> dict[int, Promise]:
        return {promise.commitment_id: promise for promise in self.promises}

    @cached_property
    def _by_key(self) -> dict[str, Promise]:
        return {promise.key: promise for promise in self.promises}

    @cached_property
    def teams(self) -> dict[int, Team]:
        """All teams by id."""
        return {team.pk: team for team in Team.objects.all()}

    def promise_of(self, commitment_id: int) -> Promise:
        """The promise that a clock was measured by."""
        return self._by_commitment[commitment_id]

    def promise_named(self, key: str) -> Promise | None:
        """The latest promise of this key."""
        return self._by_key.get(key)

    @cached_property
    def promises_in_force(self) -> list[Promise]:
        """What binds now."""
        return [
            p
            for p in self.promises
            if p.starts_at <= self.as_of and (p.ends_at is None or self.as_of < p.ends_at)
        ]

    def learn(self, records: Iterable[int | None], members: Iterable[int | None]) -> None:
        """Look up the names of these records and members together."""
        members = [member for member in members if member]
        self._labels |= labels_of([*records, *members])
        self._users |= users_of_members(members)

    def record(self, ref_id: int | None) -> str:
        """What a record is called."""
        label = self._labels.get(ref_id) if ref_id else None
        return str(label) if label else _("unknown record")

    def natural(self, ref_id: int | None) -> str:
        """The record as the API names it."""
        label = self._labels.get(ref_id) if ref_id else None
        return label.natural if label else ""

    def address(self, ref_id: int | None) -> tuple[str, str, str]:
        """Type, source and id of a record, as its page is addressed; empty texts when it is not known."""
        label = self._labels.get(ref_id) if ref_id else None
        return (label.type, label.source, label.external_id) if label else ("", "", "")

    def member(self, ref_id: int | None, team_id: int, at: datetime | None = None) -> str:
        """A member by name where the reader may see it, else the team; nobody is said as such.

        `at`: when what is told of them happened, since names are seen for a time only.
        """
        if ref_id is None:
            return _("unassigned")
        user = self._users.get(ref_id)
        if not self.may_name(ref_id, team_id, at):
            return self.teams[team_id].name
        if user is None:  # somebody without an account is somebody else, too
            self.sight.names(team_id)
        return str(user) if user else self.record(ref_id)

    def users_behind(self, members: Iterable[int | None]) -> dict[int, int]:
        """Member → the id of the active user that they are, of those that were learnt."""
        known = ((member, self._users.get(member)) for member in members if member)
        return {member: user.pk for member, user in known if user is not None}

    def of_no_team(self, ref_id: int, at: datetime | None = None) -> str:
        """A member of no team: by name to themselves, to administrators and auditors."""
        if self.is_own(ref_id) or self.sight.sees_names_of_nobodys_team(at):
            return str(self._users.get(ref_id) or self.record(ref_id))
        return _("somebody")

    def may_name(self, ref_id: int, team_id: int, at: datetime | None = None) -> bool:
        """Whether the reader may see who this member is."""
        user = self._users.get(ref_id)
        return self.sight.sees_name_of(user.pk if user else None, team_id, at)

    def is_own(self, ref_id: int | None) -> bool:
        """Whether this member is the reader."""
        user = self._users.get(ref_id)
        return user is not None and user.pk == self.user.pk
