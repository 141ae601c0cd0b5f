"""Who reads which rows of a report: owners their own, managers their team's, nobody an empty mail."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from people.absences import receivers
from people.memberships import team_tree
from people.models import Membership, Team, User
from reporting.members import users_of_members
from reporting.reading import ReadReport

Row = dict[str, Any]


@dataclass(slots=True)
class Reader:
    """A person with the rows that concern them.

    ``mine`` are theirs to do, ``team`` those of others that they answer for, ``at_risk`` is due or warned of.
    ``member_ids``: whom the CRM knows them as. ``instead``: they only stand in for a missing manager.
    ``covered``: breach → whom they cover, of rows that are theirs only for that; ``unreached``: breaches of
    somebody who is away or gone and whom nobody covers.
    """

    user: User
    is_manager: bool = False
    instead: bool = False
    mine: list[Row] = field(default_factory=list)
    team: list[Row] = field(default_factory=list)
    at_risk: list[Row] = field(default_factory=list)
    member_ids: set[int] = field(default_factory=set)
    given: set[int] = field(default_factory=set)
    covered: dict[int, User] = field(default_factory=dict)
    unreached: set[int] = field(default_factory=set)

    @property
    def has_something_to_do(self) -> bool:
        """Whether any row asks something of this person."""
        return bool(self.mine or self.team or self.at_risk)

    @property
    def own_members(self) -> set[int]:
        """Whom the reader knows by name as themselves: their member records and those whom they cover."""
        of_covered = {row["owner"] for row in self.mine if row["breach"] in self.covered}
        return self.member_ids | (of_covered - {None})


def readers_of(read: ReadReport, members: Collection[int] = (), *, at: datetime) -> list[Reader]:
    """Everybody whom the report concerns, by user id, also those with nothing to do; a few statements.

    ``members`` (ref ids) are readers too, whether or not a row is theirs. Nobody reads while away ``at`` the
    instant: their cover does.

    A row goes to whom it was given to, to the managers of that person's teams below the report's team, and to
    the managers of the report's team; a row that nobody owns, or that nobody receives, to the latter, before
    all others. A team without a manager is read by the managers of the nearest team above that has some, else
    by the administrators.
    """
    to_fix = rows_to_mail(read)
    at_risk = risks_to_mail(read)
    owners = {row["owner"] for row in to_fix + at_risk}
    users = users_of_members({*owners, *read.people(), *members})
    doers = _doers(to_fix, users)
    post = Post([*users.values(), *(doer for doer in doers.values() if doer)], at)
    readers: dict[int, Reader] = {}
    _add_owners(readers, to_fix, at_risk, doers, users, post)
    _add_managers(readers, read, to_fix, at_risk, doers, users, post)
    for member_id, user in users.items():
        if member_id and post.is_there(user):
            readers.setdefault(user.pk, Reader(user)).member_ids.add(member_id)
    return [readers[user_id] for user_id in sorted(readers)]


class Post:
    """Who receives at an instant what is meant for whom."""

    def __init__(self, users: Iterable[User], at: datetime) -> None:
        self._at = at
        self._to: dict[int, User] = {}
        self.learn(users)

    def learn(self, users: Iterable[User]) -> None:
        """Find out about more people; two statements."""
        self._to |= receivers(users, self._at)

    def of(self, user: User | None) -> User | None:
        """Who receives for the person; None when nobody does."""
        return None if user is None else self._to.get(user.pk)

    def is_there(self, user: User) -> bool:
        """Whether the person receives for themselves."""
        return self.of(user) == user

    def of_all(self, users: Iterable[User]) -> list[User]:
        """Who receives for these people, each once, in their order."""
        found = (self.of(user) for user in users)
        return list(dict.fromkeys(user for user in found if user is not None))


def rows_to_mail(read: ReadReport) -> list[Row]:
    """What is to fix today, without the promises that are not to be notified."""
    return [row for row in read.sections["fix_today"] if _is_told(row, read)]


def risks_to_mail(read: ReadReport) -> list[Row]:
    """What is at risk, without the promises that are not to be notified."""
    return [row for row in read.sections["at_risk"] if _is_told(row, read)]


def risk_key(row: Row) -> tuple[int | None, int | None]:
    """What is at risk: a clock, or the reading of a running period."""
    return (row["clock"], row.get("reading"))


def _is_told(row: Row, read: ReadReport) -> bool:
    promise = read.lookup.promises.get(row["commitment"])
    return promise is None or promise.terms.notify != "none"


def _doers(to_fix: Iterable[Row], users: Mapping[int | None, User]) -> dict[int, User | None]:
    """Breach id → who deals with it: whom it was given to, else who owed it, as long as they are active."""
    rows = list(to_fix)
    by_id = User.objects.filter(is_active=True).in_bulk({row["assignee"] for row in rows if row["assignee"]})
    return {row["breach"]: by_id.get(row["assignee"]) or users.get(row["owner"]) for row in rows}


def _add_owners(
    readers: dict[int, Reader],
    to_fix: Iterable[Row],
    at_risk: Iterable[Row],
    doers: Mapping[int, User | None],
    users: Mapping[int | None, User],
    post: Post,
) -> None:
    for row in to_fix:
        doer = doers[row["breach"]]
        if doer and (receiver := post.of(doer)):
            reader = readers.setdefault(receiver.pk, Reader(receiver))
            reader.mine.append(row)
            if receiver != doer:
                reader.covered[row["breach"]] = doer
    for row in at_risk:
        if receiver := post.of(users.get(row["owner"])):
            readers.setdefault(receiver.pk, Reader(receiver)).at_risk.append(row)


def _add_managers(
    readers: dict[int, Reader],
    read: ReadReport,
    to_fix: list[Row],
    at_risk: Iterable[Row],
    doers: Mapping[int, User | None],
    users: Mapping[int | None, User],
    post: Post,
) -> None:
    report, tree = read.report, team_tree()
    below = {team_id for team_id, line in tree.items() if report.team_id in line} - {report.team_id}
    managers = _managers(below, report.as_of)
    post.learn(one for some in managers.values() for one in some)
    teams_of = _teams_of({doer.pk for doer in doers.values() if doer}, tree, report.as_of)
    receiving = {breach: post.of(doer) for breach, doer in doers.items()}
    unread = [row for row in to_fix if receiving[row["breach"]] is None]
    read_by_one = [row for row in to_fix if receiving[row["breach"]] is not None]
    unreached = {row["breach"] for row in unread if row["owner"] is not None or row["assignee"] is not None}
    for row in to_fix:
        doer = doers[row["breach"]]
        for team_id in teams_of[doer.pk] & below if doer else ():
            for manager in post.of_all(managers[team_id]):
                _give(readers, manager, row, receiving, unreached)
    for manager, instead in _heads(report.team, report.as_of, post):
        reader = readers.setdefault(manager.pk, Reader(manager))
        reader.is_manager, reader.instead = True, instead
        for row in unread + read_by_one:
            _give(readers, manager, row, receiving, unreached)
        known = {risk_key(row) for row in reader.at_risk}
        nobodys = [row for row in at_risk if post.of(users.get(row["owner"])) is None]
        reader.at_risk += [row for row in nobodys if risk_key(row) not in known]


def _give(
    readers: dict[int, Reader],
    manager: User,
    row: Row,
    receiving: Mapping[int, User | None],
    unreached: Collection[int],
) -> None:
    reader = readers.setdefault(manager.pk, Reader(manager))
    reader.is_manager = True
    if receiving[row["breach"]] != manager and row["breach"] not in reader.given:
        reader.given.add(row["breach"])
        reader.team.append(row)
        if row["breach"] in unreached:
            reader.unreached.add(row["breach"])


def _heads(team: Team, as_of: datetime, post: Post) -> list[tuple[User, bool]]:
    """Who manages the team, or covers who does, and whether only in the place of a manager of its own."""
    above: Team | None = team
    while above is not None:
        named = _managers({above.pk}, as_of)[above.pk]
        post.learn(named)
        if managers := post.of_all(named):
            return [(manager, above.pk != team.pk) for manager in managers]
        above = above.parent
    return [(admin, True) for admin in User.objects.filter(is_superuser=True, is_active=True).order_by("id")]


def _managers(team_ids: Iterable[int], as_of: datetime) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    rows = Membership.objects.filter(team_id__in=set(team_ids)).managing().at(as_of)
    for row in rows.filter(user__is_active=True).select_related("user").order_by("user_id"):
        found[row.team_id].append(row.user)
    return found


def _teams_of(
    user_ids: Iterable[int], tree: Mapping[int, frozenset[int]], as_of: datetime
) -> dict[int, set[int]]:
    """The teams of each user at the instant, with all the teams above them."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(user_id__in=set(user_ids)).at(as_of)
    for user_id, team_id in rows.values_list("user_id", "team_id"):
        found[user_id] |= tree[team_id]
    return found
