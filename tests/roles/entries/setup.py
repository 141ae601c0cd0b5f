"""Setting the hub up: administrators; an invitation is its owner's."""

from people.models import Membership
from tests.factories.people import ApiTokenFactory
from tests.roles.table import ADMINS, HIDDEN, NO, Role, act, page

OVER = {role.name.lower(): HIDDEN for role in Role}
"""There is an administrator already."""


def team(_house):
    return ["sales"]


def membership(house):
    return [Membership.objects.filter(user=house.helene).latest("pk").pk]


def person(house):
    return [house.paul.pk]


def token(_house):
    return [ApiTokenFactory().pk]


def secret(_house):
    return ["not-a-secret-that-was-ever-given"]


ENTRIES = [
    page("setup", "what is set up and what is next", **ADMINS),
    page("setup_first", "the first administrator, once there is one", **OVER),
    act("setup_first", "become the first administrator, once there is one", **OVER | {"auditor": NO}),
    page("invitation", "an invitation that nobody was given", secret, **OVER),
    act("invitation", "accept an invitation that nobody was given", secret, **OVER | {"auditor": NO}),
    page("setup_teams", "teams", **ADMINS),
    act("setup_teams", "make a team", **ADMINS),
    page("setup_team", "a team", team, **ADMINS),
    act("setup_team", "change a team", team, **ADMINS),
    act("setup_team_join", "put somebody into a team", team, **ADMINS),
    act("setup_membership_end", "take somebody out of a team", membership, **ADMINS),
    page("setup_people", "people and invitations", **ADMINS),
    act("setup_people", "invite somebody", **ADMINS),
    act("setup_invite", "invite somebody again", person, **ADMINS),
    page("setup_tokens", "tokens", **ADMINS),
    act("setup_tokens", "make a token", **ADMINS),
    act("setup_token_revoke", "revoke a token", token, **ADMINS),
    page("setup_mail", "mail", **ADMINS),
    act("setup_mail", "send a test mail", **ADMINS),
    act("setup_sender", "set the sender's address", **ADMINS),
    page("setup_fact", "a test fact", **ADMINS),
    act("setup_fact_send", "send a test fact", **ADMINS),
    page("setup_fact_status", "what became of the test fact", **ADMINS),
]
