"""The health of the installation, and the addresses that machines ask."""

from tests.factories.core import OutboxMessageFactory
from tests.roles.table import ADMINS, HIDDEN, OVERSEERS, WITHOUT_SESSION, Role, act, page

NO_TOKEN_SET = {role.name.lower(): HIDDEN for role in Role}


def message(_house):
    return [OutboxMessageFactory().pk]


ENTRIES = [
    page("healthz", "whether the process lives", **WITHOUT_SESSION),
    page("readyz", "whether it can work", **WITHOUT_SESSION),
    page("metrics", "metrics, where no token is set", **NO_TOKEN_SET),
    page("health", "health", **OVERSEERS),
    act("health_message_resend", "send a mail again", message, **ADMINS),
    act("health_message_leave", "leave a mail unsent", message, **ADMINS),
]
