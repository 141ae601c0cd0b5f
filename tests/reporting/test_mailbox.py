"""The mailbox on loopback: a real server process, a real SMTP client."""

import os
import re
import signal
import smtplib
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from aiosmtpd.smtp import Envelope
from django.db import connection

from reporting.mailbox import contents_of, purge, store
from reporting.models import ReceivedMail
from tests.factories.reporting import ReceivedMailFactory

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 3, 7, tzinfo=UTC)

MAIL = EmailMessage()
MAIL["Subject"] = "À régler aujourd'hui : Été & Cie"
MAIL["From"], MAIL["To"] = "sla-hub@example.com", "marie@example.com"
MAIL.set_content("Rappelez maintenant.\n")
MAIL.add_alternative("<p>Rappelez maintenant.</p>", subtype="html")


def envelope(content: bytes | str | None) -> Envelope:
    made = Envelope()
    made.mail_from, made.rcpt_tos, made.content = "sla-hub@example.com", ["marie@example.com"], content
    return made


def against_the_test_database() -> dict[str, str]:
    address = urlsplit(os.environ["DATABASE_URL"])
    url = address._replace(path=f"/{connection.settings_dict['NAME']}")
    return {**os.environ, "DATABASE_URL": urlunsplit(url)}


@pytest.mark.django_db
def test_a_mail_is_kept_as_it_came_with_its_subject_decoded():
    mail = store(envelope(MAIL.as_bytes()), as_of=NOW)

    assert mail.subject == "À régler aujourd'hui : Été & Cie"
    assert (mail.sender, mail.recipients) == ("sla-hub@example.com", ["marie@example.com"])
    contents = contents_of(mail.raw)
    assert (contents.text, contents.html) == ("Rappelez maintenant.\n", "<p>Rappelez maintenant.</p>\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"",
        None,
        b"\xff\xfe not text \x00 at all",
        b"Subject: =?utf-8?b?broken\r\n\r\nbody",
        b"Subject: two\r\nSubject: subjects\r\nContent-Type: text/plain; charset=no-such\r\n\r\nbody",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--y\r\n",
        b"Subject: " + b"long " * 500 + b"\r\n\r\n",
    ],
)
def test_a_broken_mail_is_kept_all_the_same(content):
    mail = store(envelope(content), as_of=NOW)

    assert ReceivedMail.objects.get() == mail
    contents_of(mail.raw)


@pytest.mark.django_db
def test_mails_are_kept_for_a_month():
    ReceivedMailFactory(received_at=NOW - timedelta(days=30))
    young = ReceivedMailFactory(received_at=NOW - timedelta(days=29))

    assert purge(as_of=NOW) == 1
    assert ReceivedMail.objects.get() == young


@pytest.mark.django_db
def test_beyond_two_thousand_the_oldest_go(monkeypatch):
    monkeypatch.setattr("reporting.mailbox.MOST_KEPT", 3)
    mails = [ReceivedMailFactory(received_at=NOW) for _ in range(5)]

    assert purge(as_of=NOW) == 2
    assert set(ReceivedMail.objects.all()) == set(mails[2:])


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_command_prints_its_port_keeps_mails_and_ends_when_told():
    process = subprocess.Popen(
        [sys.executable, "manage.py", "mailbox", "--port", "0"],
        cwd=ROOT,
        env=against_the_test_database(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = r"mailbox on 127\.0\.0\.1:(\d+): mails are caught here; read them at http\S+/mailbox/\n"
        port = int(re.fullmatch(said, process.stdout.readline())[1])
        for _ in range(2):
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                client.send_message(MAIL)
                client.sendmail("a@example.com", ["b@example.com"], b"\xff\xfe\x00")
    finally:
        process.send_signal(signal.SIGTERM)
        _, logged = process.communicate(timeout=20)
        assert process.returncode == 0

    assert ReceivedMail.objects.count() == 4
    assert "mail.log" not in logged, "the lines of an SMTP session are no news"
