"""load_agreement and dump_agreement."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agreements.document import read_yaml
from agreements.models import Agreement, AgreementVersion
from tests.factories.agreements import SIMPLE, drafted, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    def run(*arguments, text=SIMPLE):
        path = tmp_path / "agreement.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        output = StringIO()
        call_command("load_agreement", path, *arguments, stdout=output, no_color=True)
        return output.getvalue().splitlines()

    return run


def dumped(*arguments) -> str:
    output = StringIO()
    call_command("dump_agreement", *arguments, stdout=output)
    return output.getvalue()


def test_a_new_agreement_is_a_draft(run):
    assert run() == ["new agreement: 1 commitment, 1 calendar", "smarketing v1, draft, from 2026-01-01"]


def test_signed_for_all_parties_in_the_operators_name(run):
    assert run("--sign")[-1] == "smarketing v1, signed, from 2026-01-01"
    names = AgreementVersion.objects.get().signatures.values_list("signed_as", flat=True)
    assert all(name.startswith("operator") for name in names)


def test_the_same_again_changes_nothing(run):
    run("--sign")

    assert run("--sign") == ["nothing changes", "smarketing v1, signed, from 2026-01-01"]


def test_a_change_is_told_in_words(run):
    run("--sign")
    text = SIMPLE.replace("4 business hours", "2 business hours").replace("2026-01-01", "2026-06-01")

    assert run(text=text)[:2] == [
        "effective_from: 2026-01-01 → 2026-06-01",
        "commitment inbound: within: 4 business hours → 2 business hours",
    ]


def test_a_dry_run_stores_nothing(run):
    assert run("--dry-run", "--sign")[-1] == (
        "would be: smarketing v1, signed, from 2026-01-01; nothing is stored"
    )
    assert not Agreement.objects.exists()


def test_what_the_linter_says_is_printed(run):
    lines = run(text=SIMPLE.replace("within: 4", "target: '> 100%', within: 4"))

    assert "look at inbound.target: > 100% can never be kept" in lines


def test_a_wrong_document_is_refused_with_its_lines_and_nothing_is_stored(run):
    with pytest.raises(CommandError) as refused:
        run(text=SIMPLE.replace("4 business hours", "4 busines hours").replace("owner: sales", "ower: sales"))

    assert str(refused.value).splitlines()[1:] == [
        "line 11, commitments[0]: owner is missing",
        "line 11, commitments[0].ower: unknown key; did you mean owner?",
        (
            'line 11, commitments[0].within: "4 busines hours" is not a duration; '
            'write for example "4 business hours"'
        ),
    ]
    assert refused.value.returncode == 1
    assert not Agreement.objects.exists()


def test_a_file_that_is_not_utf_8_is_refused(run):
    with pytest.raises(CommandError, match="line 2: not UTF-8"):
        run(text=b"agreement: a\ntitle: \xe9")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_agreement", tmp_path / "nothing.yaml")


def test_dump_gives_the_document_back():
    signed()

    assert read_yaml(dumped("smarketing")).data == read_yaml(SIMPLE).data


WRITTEN = """\
agreement: smarketing
title:
  en: "Marketing: sales"
  fr: "Marketing : ventes"
parties: [marketing, sales]
effective_from: 2026-01-01
form: long
sections:
  company_goals: "a, b"
  handoff: "c, d"
mql:
  criteria:
    - {persona: any, text: a}
  scoring:
    - {when: Demo, points: 40, because: b}
calendars:
  zulu:
    timezone: Europe/Paris
    week:
      mon: ["09:00-12:30", "13:30-18:00"]
      tue: ["09:00-24:00"]
      thu: ["09:00-12:00"]
      fri: ["22:00-06:00"]
      sun: ["10:00-11:00"]
    holidays: {country: FR, subdivision: "57"}
    closed:
      - 2026-05-15
    open:
      2026-12-26: ["10:00-12:00"]
  alpha:
    timezone: UTC
    week:
      mon: ["09:00-12:00"]
commitments:
  - key: inbound
    title: {en: Answer, fr: Tenir}
    owner: sales
    kind: response
    calendar: zulu
    start: {event: request.received}
    stop:
      events: [call.made, email.sent]
      where:
        data.minutes: {gte: 1, lt: 9}
      by: team
      needs: {event: call.made, at_least: 2}
    pause: {event: meeting.booked}
    resume: {event: meeting.held}
    cancel: {event: lead.recycled}
    fail: {event: lead.converted}
    where: {lead.origin: web}
    subject: contact
    outside_hours: ignore
    within: 4 hours
    early: 1 hour
    target: ">= 95%"
    per: week
    warn_at: 60%
    min_sample: 5
    settle: 1 hour
    give_up: 90 days
    breach: each
    notify: live
    playbook: {en: Call, fr: Appeler}
    escalate:
      - {at: 150%, to: manager}
"""


def test_dump_writes_keys_in_the_order_in_which_people_write_them():
    """The database keeps the keys of a mapping by their length."""
    drafted(WRITTEN)

    def order(text):
        return json.dumps(read_yaml(text).data, indent=1)

    assert order(dumped("smarketing")) == order(WRITTEN)


def test_dump_gives_the_newest_version_or_the_one_asked_for():
    signed()
    drafted(SIMPLE.replace("4 business hours", "1 hour").replace("2026-01-01", "2026-06-01"))

    assert "within: 1 hour" in dumped("smarketing")
    assert "within: 4 business hours" in dumped("smarketing", "--version", "1")


def test_dump_of_an_unknown_key_names_the_known_ones():
    signed()

    with pytest.raises(CommandError, match="no agreement has the key smarket; known: smarketing"):
        dumped("smarket")


def test_dump_of_an_unknown_version_names_the_known_ones():
    signed()

    with pytest.raises(CommandError, match="smarketing has no version 7; it has 1"):
        dumped("smarketing", "--version", "7")
