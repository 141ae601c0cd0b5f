"""Lets somebody in again who lost the telephone and the recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people.models import User
from people.sign_in.second_factor import remove_second_factor


class Command(BaseCommand):
    help = "Remove the second factor and the recovery codes of a person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        if not remove_second_factor(user, by="remove_second_factor", as_of=timezone.now()):
            raise CommandError(f"{user.email} has no second factor.")
        self.stdout.write(f"{user.email} signs in with the password alone until they set up another.")
