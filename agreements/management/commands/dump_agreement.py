"""dump_agreement KEY [--version N]"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agreements.dumping import dump
from agreements.models import Agreement, AgreementVersion


class Command(BaseCommand):
    help = "Prints an agreement's YAML as load_agreement reads it: the newest version, or the given one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY")
        parser.add_argument("--version", dest="number", metavar="N", type=int, help="the version's number")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        # Every command has a --version that prints Django's: here it is the agreement's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(dump(_version(options["key"], options["number"])), ending="")


def _version(key: str, number: int | None) -> AgreementVersion:
    agreement = Agreement.objects.filter(key=key).first()
    if agreement is None:
        known = ", ".join(Agreement.objects.values_list("key", flat=True)) or "none yet"
        raise CommandError(f"no agreement has the key {key}; known: {known}")
    versions = agreement.versions.order_by("-number")
    found = (versions if number is None else versions.filter(number=number)).first()
    if found is None:
        known = ", ".join(str(version.number) for version in versions)
        raise CommandError(f"{key} has no version {number}; it has {known}")
    return found
