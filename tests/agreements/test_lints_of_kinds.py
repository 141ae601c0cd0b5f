"""The linter about checklists, rates, volumes and coverage: what strikes, and what is near it and does not."""

# ruff: noqa: E501 - a table is read best with one case a line

from pathlib import Path

import pytest
from django.conf import settings

from agreements.catalogue import entries
from agreements.document import read_document, read_yaml
from agreements.linting import MESSAGES
from agreements.lints import Surroundings, commitment_findings
from leads.event_kinds import KINDS
from leads.values import REJECTION_REASONS

AROUND = Surroundings(
    subjects={kind: tuple(map(str, types)) for kind, types in KINDS.items()},
    reasons=tuple(REJECTION_REASONS),
)
HEAD = """
agreement: smarketing
parties: [marketing, sales]
effective_from: 2026-01-01
calendars: {paris: {timezone: Europe/Paris, week: {mon: ["09:00-17:00"]}}}
commitments:
"""
CHECKLIST = "kind: checklist, start: {event: content.published}, steps: {event: content.announced, field: channel, values: {email: 1 business day, training: 10 business days}}"
SNAPSHOT = "kind: rate, of: contacts, where: {account.tier: 1}, having: {contact.buyer_role: {not: [other]}}, target: '> 75%'"
REJECTED = "kind: rate, of: {events: [lead.accepted, lead.rejected]}, having: {where: {data.bad_data: true}}, target: '< 10%'"
MEETINGS = "kind: rate, of: {event: lead.qualified}, having: {event: meeting.held, within: 30 days}, target: '>= baseline + 2 points', baseline: {from: 2025-07-01, to: 2025-12-31}"
CONTACTS = "kind: volume, count: {event: contact.created, by: team}, per: week, until: accounts_full, prorate: open_days, target: '>= 5'"
CHAT = "kind: coverage, presence: {online: chat.online, offline: chat.offline}, per: week, target: '>= 95%'"


def findings(text: str, old: str = "", new: str = "") -> list[tuple[str, str]]:
    """Code and place of what strikes about one commitment with one thing replaced."""
    assert old in text
    document = read_document(
        read_yaml(f"{HEAD}  - {{key: it, owner: sales, {text.replace(old, new, 1)}}}\n").data, kinds=KINDS
    )
    found = list(commitment_findings(document.commitments[0], document, AROUND))
    for finding in found:
        assert MESSAGES[finding.code] % finding.values
    return [(finding.code, finding.where) for finding in found]


@pytest.mark.parametrize("text", [CHECKLIST, SNAPSHOT, REJECTED, MEETINGS, CONTACTS, CHAT])
def test_nothing_strikes_about_ordinary_promises(text: str) -> None:
    assert findings(text) == []


def test_nothing_strikes_about_the_promises_of_the_example_agreement() -> None:
    example = Path(settings.BASE_DIR) / "docs" / "examples" / "smarketing.yaml"
    document = read_document(read_yaml(example.read_bytes()).data, kinds=KINDS)

    found = [f for part in document.commitments for f in commitment_findings(part, document, AROUND)]

    assert found == []


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
def test_nothing_strikes_about_the_catalogue(entry) -> None:
    data = read_yaml(HEAD.replace("commitments:\n", "")).data
    part = {"key": entry.key, "owner": entry.side, "kind": str(entry.kind), **entry.terms}
    document = read_document(data | {"commitments": [part]}, kinds=KINDS)

    assert list(commitment_findings(document.commitments[0], document, AROUND)) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "where"),
    [
        (CHECKLIST, "content.announced", "campaign.ended", "steps_of_another_record", "it.steps.event"),
        (CHECKLIST, "steps:", "target: '> 100%', steps:", "impossible_target", "it.target"),
        (SNAPSHOT, "> 75%", "> 100%", "impossible_target", "it.target"),
        (SNAPSHOT, "> 75%", ">= 0.95%", "tiny_share", "it.target"),
        (SNAPSHOT, "account.tier: 1", "data.tier: 1", "data_of_no_event", "it.where"),
        (SNAPSHOT, "contact.buyer_role: {not: [other]}", "data.role: present", "data_of_no_event", "it.having"),
        (SNAPSHOT, "contact.buyer_role: {not: [other]}", "account.tier: 1", "having_covers_where", "it.having"),
        (SNAPSHOT, "contact.buyer_role: {not: [other]}", "account.tier: 2", "having_never_holds", "it.having"),
        (SNAPSHOT, "target:", "baseline: {from: 2025-01-01, to: 2025-12-31}, target:", "baseline_unused", "it.baseline"),
        (SNAPSHOT, "target: '> 75%'", "target: '>= 90%', ramp: {by: 2 points, every: quarter}", "ramp_to_the_end", "it.ramp"),
        (REJECTED, "{where: {data.bad_data: true}}", "{events: [lead.accepted, lead.rejected]}", "having_covers_of", "it.having"),
        (REJECTED, "having:", "where: {data.bad_data: true}, having:", "having_covers_where", "it.having"),
        (REJECTED, "having:", "where: {data.bad_data: missing}, having:", "having_never_holds", "it.having"),
        (REJECTED, "target:", "ramp: {by: 1 point, every: quarter}, target:", "ramp_to_the_end", "it.ramp"),
        (MEETINGS, "2025-12-31", "2026-01-01", "baseline_after_start", "it.baseline"),
        (MEETINGS, "2025-07-01", "2025-12-20", "baseline_too_short", "it.baseline"),
        (CONTACTS, "contact.created", "lead.qualified", "until_of_others", "it.until"),
        (CONTACTS, ">= 5", "< 5", "until_with_limit", "it.until"),
        (CONTACTS, ">= 5", "< 0", "impossible_target", "it.target"),
        (CONTACTS, "until: accounts_full, prorate: open_days, target: '>= 5'", "prorate: open_days, target: '<= 5'", "prorated_limit", "it.prorate"),
        (CONTACTS, ">= 5", ">= 4.5", "part_of_a_count", "it.target"),
        (CONTACTS, "per: week", "per: week, min_sample: 5", "min_sample_without_cases", "it.min_sample"),
        (CHAT, "offline: chat.offline", "offline: chat.online", "presence_never_ends", "it.presence"),
        (CHAT, "per: week", "per: week, min_sample: 5", "min_sample_without_cases", "it.min_sample"),
    ],
)  # fmt: skip
def test_it_strikes(text: str, old: str, new: str, code: str, where: str) -> None:
    assert (code, where) in findings(text, old, new)


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (CHECKLIST, "content.announced", "content.published", "steps_of_another_record"),
        (CHECKLIST.replace("content.published", "deal.won"), "content.announced", "meeting.held", "steps_of_another_record"),
        (SNAPSHOT, "> 75%", "> 1%", "tiny_share"),
        (REJECTED, "< 10%", "< 0.5%", "tiny_share"),
        (SNAPSHOT, "target:", "ramp: {by: 1 point, every: quarter}, target:", "ramp_to_the_end"),
        (SNAPSHOT, "contact.buyer_role: {not: [other]}", "account.tier: [1, 2], contact.phone: present", "having_covers_where"),
        (REJECTED, "{where: {data.bad_data: true}}", "{event: lead.rejected}", "having_covers_of"),
        (REJECTED, "{where: {data.bad_data: true}}", "{events: [lead.accepted, lead.rejected], where: {data.bad_data: true}}", "having_covers_of"),
        (REJECTED, "{where: {data.bad_data: true}}", "{event: meeting.held, within: 3 days}", "having_covers_of"),
        (MEETINGS, "2025-07-01", "2025-12-01", "baseline_too_short"),
        (CONTACTS, ">= 5", "> 4", "part_of_a_count"),
    ],
)  # fmt: skip
def test_it_does_not_strike(text: str, old: str, new: str, code: str) -> None:
    assert code not in [found for found, _ in findings(text, old, new)]
