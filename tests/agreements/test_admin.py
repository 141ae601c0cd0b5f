"""Agreements in the admin site: every page opens; drafts are written, signed versions only shown."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from agreements.document import read_yaml
from agreements.dumping import dump
from agreements.enums import VersionState
from agreements.examples import AGREEMENT
from agreements.models import (
    AgreementVersion,
    Signature,
)
from agreements.signing import content_sha256
from core.models import AuditEntry
from people.enums import Role
from people.models import Team
from tests.factories.agreements import (
    CHAT,
    SIMPLE,
    CommitmentFactory,
    VersionCommentFactory,
    drafted,
    in_review,
    signed,
)
from tests.factories.people import MembershipFactory, UserFactory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MODELS = [
    "agreement",
    "agreementversion",
    "businesscalendar",
    "calendarversion",
    "calendaruse",
    "commitment",
    "signature",
    "versioncomment",
]
LATER = SIMPLE.replace("4 business hours", "1 hour").replace("2026-01-01", "2026-06-01")


def address(model, action, *args):
    return reverse(f"admin:agreements_{model}_{action}", args=args)


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_page_of_a_row_opens(desk, model):
    signed(SIMPLE + CHAT)
    VersionCommentFactory(version=drafted(LATER))

    page = desk.get(address(model, "changelist"))
    rows = page.context["cl"].queryset

    assert page.status_code == 200
    assert rows
    for row in rows:
        assert desk.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize(
    "model", ["agreement", "agreementversion", "businesscalendar", "calendarversion", "commitment"]
)
def test_every_page_to_add_something_opens(desk, model):
    assert desk.get(address(model, "add"), follow=True).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_list_takes_as_many_statements_for_three_rows_as_for_one(
    desk, model, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    signed()
    desk.get(address(model, "changelist"))
    with CaptureQueriesContext(connection) as one:
        desk.get(address(model, "changelist"))
    signed(LATER)
    signed(
        SIMPLE.replace("agreement: smarketing", "agreement: other").replace("key: inbound", "key: outbound")
    )

    with django_assert_max_num_queries(len(one)):
        desk.get(address(model, "changelist"))


class TestVersions:
    def test_an_agreement_is_added_by_writing_its_yaml(self, desk, boss):
        answer = desk.post(address("agreementversion", "add"), {"yaml": AGREEMENT})

        version = AgreementVersion.objects.get()
        assert answer.status_code == 302
        assert read_yaml(dump(version)).data == read_yaml(AGREEMENT).data
        assert "new agreement: 1 commitment, 1 calendar" in told(answer)
        assert AuditEntry.objects.get(verb="agreement.created").actor == boss

    def test_what_is_wrong_is_told_with_its_lines_and_nothing_is_stored(self, desk):
        page = desk.post(
            address("agreementversion", "add"), {"yaml": SIMPLE.replace("4 business", "4 busines")}
        )

        assert page.context["adminform"].form.errors["yaml"] == [
            (
                'line 11, commitments[0].within: "4 busines hours" is not a duration; '
                'write for example "4 business hours"'
            )
        ]
        assert not AgreementVersion.objects.exists()

    def test_a_draft_is_changed_in_place_and_the_difference_is_told(self, desk):
        version = drafted()

        answer = desk.post(
            address("agreementversion", "change", version.pk),
            {"yaml": SIMPLE.replace("4 business", "3 business")},
        )

        assert told(answer)[0] == "commitment inbound: within: 4 business hours → 3 business hours"
        assert AgreementVersion.objects.get().pk == version.pk

    def test_a_draft_keeps_its_agreement(self, desk):
        version = drafted()
        other = SIMPLE.replace("agreement: smarketing", "agreement: other").replace(
            "key: inbound", "key: out"
        )

        page = desk.post(address("agreementversion", "change", version.pk), {"yaml": other})

        assert "The key stays smarketing" in page.context["adminform"].form.errors["yaml"][0]

    def test_a_signed_version_is_shown_and_not_changed(self, desk):
        version = signed()
        page = desk.get(address("agreementversion", "change", version.pk)).content.decode()

        assert version.sha256 in page
        assert "within: 4 business hours" in page
        assert "<textarea" not in page
        refused = desk.post(address("agreementversion", "change", version.pk), {"yaml": LATER})
        assert refused.status_code == 403
        assert (
            desk.post(address("agreementversion", "delete", version.pk), {"post": "yes"}).status_code == 403
        )

    def test_a_draft_shows_what_strikes_and_who_has_not_signed(self, desk):
        version = drafted(SIMPLE.replace("within: 4", "target: '> 100%', within: 4"))
        page = desk.get(address("agreementversion", "change", version.pk)).content.decode()

        assert "inbound.target: &gt; 100% can never be kept" in page
        assert "Marketing: not yet" in page

    def test_a_draft_without_oddities_says_so(self, desk):
        page = desk.get(address("agreementversion", "change", drafted().pk)).content.decode()

        assert "nothing to look at" in page

    def test_its_yaml_is_downloaded(self, desk):
        version = signed()
        answer = desk.get(address("agreementversion", "yaml", version.pk))

        assert answer["Content-Disposition"] == 'attachment; filename="smarketing-v1.yaml"'
        assert read_yaml(answer.content).data == read_yaml(SIMPLE).data


class TestSigning:
    def test_a_draft_is_sent_to_review_before_it_is_signed(self, desk, boss):
        version = drafted()
        page = desk.get(address("agreementversion", "change", version.pk)).content.decode()
        assert address("agreementversion", "review", version.pk) in page
        assert address("agreementversion", "sign", version.pk) not in page
        assert desk.get(address("agreementversion", "sign", version.pk)).status_code == 403

        assert desk.get(address("agreementversion", "review", version.pk)).status_code == 200
        desk.post(address("agreementversion", "review", version.pk))

        version.refresh_from_db()
        assert version.state == VersionState.REVIEW
        assert desk.get(address("agreementversion", "review", version.pk)).status_code == 403
        assert AuditEntry.objects.get(verb="agreement.sent_to_review").actor == boss

    def test_looking_at_the_page_signs_nothing(self, desk):
        version = in_review()
        page = desk.get(address("agreementversion", "sign", version.pk))

        assert "within: 4 business hours" in page.content.decode()
        assert not Signature.objects.exists()

    def test_each_party_is_signed_for_with_who_and_from_where(self, desk, boss):
        version = in_review()
        for slug in ("sales", "marketing"):
            party = Team.objects.get(slug=slug)
            given = {"party": party.pk, "seen": content_sha256(version)}
            answer = desk.post(address("agreementversion", "sign", version.pk), given)
            assert told(answer)[-1] == f"Signed for {party}."

        version.refresh_from_db()
        assert version.state == VersionState.SIGNED
        assert {(s.party.slug, s.user, s.address) for s in version.signatures.all()} == {
            ("sales", boss, "127.0.0.1"),
            ("marketing", boss, "127.0.0.1"),
        }

    def test_a_manager_signs_for_their_own_team_only(self, client, db):
        version, sales = in_review(), Team.objects.get(slug="sales")
        manager = UserFactory(is_staff=True)
        manager.user_permissions.add(Permission.objects.get(codename="view_agreementversion"))
        MembershipFactory(user=manager, team=sales, role=Role.MANAGER, during=DateTimeTZRange(NOW, None))
        client.force_login(manager)

        page = client.get(address("agreementversion", "sign", version.pk))
        assert list(page.context["form"].fields["party"].queryset) == [sales]
        other = Team.objects.get(slug="marketing")
        for team in (other, sales):
            given = {"party": team.pk, "seen": page.context["form"]["seen"].value()}
            client.post(address("agreementversion", "sign", version.pk), given)
        assert [s.party for s in version.signatures.all()] == [sales]
        assert client.get(address("agreementversion", "sign", version.pk)).status_code == 403

    def test_other_words_than_the_page_showed_are_not_signed(self, desk):
        version = in_review()
        given = {"party": Team.objects.get(slug="sales").pk, "seen": "0" * 64}

        answer = desk.post(address("agreementversion", "sign", version.pk), given)

        assert "has changed since it was read" in told(answer)[-1]
        assert not Signature.objects.exists()

    def test_somebody_who_may_not_see_agreements_signs_none(self, client, db):
        version, person = in_review(), UserFactory(is_staff=True)
        client.force_login(person)

        assert client.get(address("agreementversion", "sign", version.pk)).status_code == 403
        assert client.get(address("agreementversion", "yaml", version.pk)).status_code == 403


class TestNewVersions:
    def test_a_signed_version_is_copied_into_a_draft_from_a_later_date(self, desk):
        version = signed()
        assert desk.get(address("agreementversion", "new_version", version.pk)).status_code == 200

        desk.post(address("agreementversion", "new_version", version.pk), {"effective_from": "2026-06-01"})

        draft = AgreementVersion.objects.drafts().get()
        assert (draft.number, draft.effective_from.isoformat()) == (2, "2026-06-01")
        assert draft.commitments.get().terms == version.commitments.get().terms

    def test_the_date_must_be_later(self, desk):
        version = signed()
        page = desk.post(
            address("agreementversion", "new_version", version.pk), {"effective_from": "2026-01-01"}
        )

        assert page.context["form"].errors["effective_from"] == ["Choose a date after 2026-01-01."]
        assert not AgreementVersion.objects.drafts().exists()

    def test_a_draft_is_not_copied(self, desk):
        assert desk.get(address("agreementversion", "new_version", drafted().pk)).status_code == 403


def test_pages_hold_neither_inline_scripts_nor_inline_styles_of_ours(desk):
    commitment = CommitmentFactory()
    pages = [
        desk.get(address("commitment", "add")),
        desk.get(address("commitment", "change", commitment.pk)),
        desk.get(address("agreementversion", "sign", in_review().pk)),
    ]

    for page in pages:
        text = page.content.decode()
        assert "style=" not in text
        assert "<style" not in text
        assert "onclick=" not in text
