"""create_token NAME --scope SCOPE… [--user EMAIL]"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core import audit
from people.enums import Scope
from people.models import User
from people.tokens import UnknownScopeError, create_token

SCOPES = ", ".join(Scope)


class Command(BaseCommand):
    help = f"Makes an API token; it is the last word printed, and never shown again. Scopes: {SCOPES}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="who will use it, such as hubspot")
        parser.add_argument(
            "--scope",
            action="append",
            nargs="+",
            required=True,
            dest="scopes",
            metavar="SCOPE",
            help=f"one or more of: {SCOPES}",
        )
        parser.add_argument("--user", metavar="EMAIL", help="the person on whose behalf it acts")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """The token and its row in the audit trail are made together or not at all."""
        scopes = [scope for group in options["scopes"] for scope in group]
        user = _person(options["user"])
        try:
            token, text = create_token(name=options["name"], scopes=scopes, user=user, as_of=timezone.now())
        except UnknownScopeError as error:
            raise CommandError(str(error)) from error
        audit.record(
            actor="create_token",
            verb="add",
            object_type="apitoken",
            object_id=token.pk,
            after={"name": token.name, "scopes": token.scopes},
            as_of=token.created_at,
        )
        self.stdout.write(
            f"Token {token.name} with {', '.join(token.scopes)}; keep it, it is not shown again:"
        )
        self.stdout.write(text)


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"no user has the e-mail address {email}; make one in the admin first")
    return user
