"""``erase_contact SOURCE EXTERNAL_ID``: the personal data of a contact leaves (GDPR, article 17)."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import ngettext

from core.problems import Problem
from leads.enums import RecordType
from leads.erasing import Erased, erase
from leads.models import Ref
from reporting.mending import kept_fields, mend


class Command(BaseCommand):
    help = "Erases the personal data of a contact for good; clocks and statistics stay under a pseudonym."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Whose id it is, such as hubspot.")
        parser.add_argument("external_id", help="The contact's id there.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what would go and change.")

    def handle(self, *args: Any, **options: Any) -> None:
        source, external_id = options["source"], options["external_id"]
        ref = Ref.objects.filter(source=source, type=RecordType.CONTACT, external_id=external_id).first()
        if ref is None:
            raise CommandError(
                f"There is no contact {external_id!r} of {source!r}; look at its id and its source."
            )
        now, keep = timezone.now(), not options["dry_run"]
        act = partial(erase, ref, kept=kept_fields(), by="erase_contact", as_of=now)
        try:
            effect, changed = mend(act, about=ref, by="erase_contact", as_of=now, keep=keep)
        except Problem as problem:
            raise CommandError(str(problem.detail)) from problem
        self.stdout.write(_told(effect.given, keep=keep))
        for line in changed:
            self.stdout.write(f"  {line['commitment']} {line['at']}: {line['before']} → {line['after']}")
        if not changed:
            self.stdout.write("No verdict changes.")


def _told(done: Erased, *, keep: bool) -> str:
    records = ngettext("%(n)d record", "%(n)d records", done.records) % {"n": done.records}
    verb = f"Erased, now called {done.name}" if keep else "Would be erased"
    return (
        f"{verb}: {records}, {done.versions} updates, {done.events} events, "
        f"{done.refused_rows} refused rows, {done.files} files."
    )
