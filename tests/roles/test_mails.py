"""Every mail: to whom it goes, and that it names nobody whom its reader should not see."""

from pathlib import Path

from core.models import OutboxMessage
from reporting.digests import delivering
from reporting.enums import NoticeKind
from reporting.models import DailyReport
from reporting.noticing import tell
from tests.pages.story import NOW
from tests.roles.house import House, leaks
from tests.roles.table import Role

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"

#: Folder of templates → what makes it here, or where it is tested because it names its own reader only.
MAILS = {
    "digest": "delivered below",
    "all_kept": "delivered below on a week in which all was kept: names teams and promises only",
    "notices": "told below",
    "invitation": "tests/people: names who is invited",
    "sign_in": "tests/people/sign_in: names its reader",
}
READERS = {"marie@example.com": Role.REP, "max@example.com": Role.OTHER}


def test_every_mail_is_in_the_table() -> None:
    assert {one.name for one in TEMPLATES.iterdir() if one.is_dir()} == set(MAILS)


def test_no_mail_names_anybody_whom_its_reader_should_not_see(house: House) -> None:
    breach = house.breach_of("theirs")
    for report in DailyReport.objects.all():
        delivering.deliver(report, as_of=NOW)
    everybody = [house.marie, house.helene, house.max]
    tell(NoticeKind.BREACH, to=everybody, key="walk", as_of=NOW, breach=breach, live=True)

    leaking, read = [], set()
    for message in OutboxMessage.objects.filter(channel="mail"):
        for address in message.payload["to"]:
            read.add(address)
            role = READERS.get(address)
            if role and (found := leaks(role, str(message.payload))):
                leaking.append((address, message.payload["subject"], found))

    assert leaking == []
    assert {"marie@example.com", "helene@example.com"} <= read
