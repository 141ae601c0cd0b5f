"""`manage.py serve`: the whole stack in one process tree."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from slahub.stack import embedded, serving


class Command(BaseCommand):
    help = "Runs the whole stack: database, broker, web, worker, beat; Ctrl-C stops everything."
    requires_system_checks = ()  # the children check; this process only watches them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="where the web server listens")
        parser.add_argument("--no-demo", action="store_true", help="do not load the demo company")

    def handle(self, *args: object, port: int, no_demo: bool, **options: object) -> None:
        try:
            serving.serve(port=port, demo=not no_demo, folder=settings.DATA_DIR)
        except embedded.StackError as error:
            raise CommandError(str(error)) from error
