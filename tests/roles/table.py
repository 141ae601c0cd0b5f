"""How an address is written into the table of permissions: what it is, and what it answers to whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from people.enums import Scope


class Role(StrEnum):
    """Those who knock. The rows of the small company are owed by the rep, a colleague or nobody of one team;
    ``manager`` manages that team, ``other`` manages the other party of its agreement."""

    NOBODY = "nobody"
    REP = "rep"
    MANAGER = "manager"
    OTHER = "other"
    ADMIN = "administrator"
    AUDITOR = "auditor"


class Answer(StrEnum):
    """What an address answers. ``yes``: the page, or an act that was carried out or refused for its content
    only (an empty form, a state in which there is nothing to do)."""

    YES = "yes"
    NO = "no"  # 403
    HIDDEN = "hidden"  # 404
    SIGN_IN = "sign in"


YES, NO, HIDDEN, SIGN_IN = Answer.YES, Answer.NO, Answer.HIDDEN, Answer.SIGN_IN
ADMINS = {"rep": NO, "manager": NO, "other": NO, "auditor": NO}
"""Administrators only."""
OVERSEERS = {"rep": NO, "manager": NO, "other": NO}
"""Administrators and auditors only."""
WITHOUT_SESSION = {"nobody": YES}

Given = Callable[[Any], Sequence[Any]]


def nothing(_house: Any) -> Sequence[Any]:
    """No part of the address changes."""
    return ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One address, method and case. ``names``: why it names others to whom their rows are not shown;
    ``tells``: a name that whoever may see names reads there, so that silence proves something."""

    name: str
    what: str
    method: str
    expected: dict[Role, Answer]
    args: Given = nothing
    query: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    names: str = ""
    tells: str = ""


def page(name: str, what: str, args: Given = nothing, **options: Any) -> Entry:
    """A page: for everybody who is signed in, unless a role is given another answer."""
    return _entry(name, what, "GET", args, options, auditor=YES)


def act(name: str, what: str, args: Given = nothing, **options: Any) -> Entry:
    """An act (POST): for everybody who is signed in but auditors, unless a role is given another answer."""
    return _entry(name, what, "POST", args, options, auditor=NO)


def _entry(name: str, what: str, method: str, args: Given, options: dict[str, Any], auditor: Answer) -> Entry:
    usual = dict.fromkeys(Role, YES) | {Role.NOBODY: SIGN_IN, Role.AUDITOR: auditor}
    by_value = {"admin": Role.ADMIN}
    roles = {key: value for key, value in options.items() if isinstance(value, Answer)}
    expected = usual | {by_value.get(key) or Role(key): value for key, value in roles.items()}
    rest = {key: value for key, value in options.items() if key not in roles}
    return Entry(name, what, method, expected, args, **rest)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the API and its method: the scope that a token needs (none: open to everybody), and
    whether persons who are signed in may read it without the right to see all names. ``person``: the act asks
    for the token of somebody, since it is theirs to do."""

    name: str
    what: str
    method: str
    scope: Scope | None
    args: Given = nothing
    query: str = ""
    body: Any = None
    facts: bool = False
    hidden_from: tuple[Role, ...] = ()
    tells: str = ""
    person: bool = False


def reads(name: str, what: str, args: Given = nothing, **options: Any) -> Endpoint:
    """A list or a row: scope read."""
    return Endpoint(name, what, "GET", Scope.READ, args, **options)


def facts(name: str, what: str) -> Endpoint:
    """Facts: scope read; of persons those who see everybody's names."""
    return Endpoint(name, what, "GET", Scope.READ, facts=True)


def writes(name: str, what: str, scope: Scope, args: Given = nothing, **options: Any) -> Endpoint:
    """An act of a program."""
    return Endpoint(name, what, options.pop("method", "POST"), scope, args, **options)
