"""An agreement's life on its pages: written part by part, reviewed, commented, signed by two managers."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agreements.composition import compose
from agreements.document import read_yaml
from agreements.dumping import dump
from agreements.enums import VersionState
from agreements.models import AgreementVersion, VersionComment
from agreements.reviewing import send_to_review
from agreements.signing import content_sha256
from core.models import AuditEntry
from people.models import Team
from tests.pages.agreements import NOW, WHOLE, Parties
from tests.pages.test_agreements import LATER, text_of


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def parties(db) -> Parties:
    return Parties()


@pytest.fixture
def in_review(parties) -> Parties:
    send_to_review(parties.version, by=parties.max, as_of=NOW)
    return parties


def address(name: str, *more, number: int = 1) -> str:
    return reverse(name, args=["smarketing", number, *more])


def state() -> str:
    return AgreementVersion.objects.get().state


def fields_of(page) -> dict:
    """What a browser would send back of an editor's form."""
    editor = page.context["editor"]
    found = {"seen": editor.seen}
    for form in [form for _name, _path, form in editor.singles] + [
        f for _rows, fs in editor.sets for f in fs.forms
    ]:
        for bound in form:
            value = (
                bound.field.prepare_value(bound.value())
                if hasattr(bound.field, "prepare_value")
                else bound.value()
            )
            if value not in (None, "", False, []):
                found[bound.html_name] = value
    for _rows, formset in editor.sets:
        found |= {bound.html_name: bound.value() for bound in formset.management_form}
    return found


class TestWriting:
    @pytest.mark.parametrize(
        "part",
        ["about", "company_goals", "marketing_goals", "sales_goals", "handoff", "communication", "reporting"],
    )
    def test_saving_a_part_as_it_is_changes_nothing(self, parties, browser_of, part):
        client, before = browser_of(parties.max), compose(parties.version)
        page = client.get(address("agreement_edit", part))

        answer = client.post(address("agreement_edit", part), fields_of(page))

        assert answer.status_code == 302, page.context["editor"]
        assert compose(AgreementVersion.objects.get()) == before

    def test_a_text_is_written_in_both_languages(self, parties, browser_of):
        client = browser_of(parties.helene)
        given = fields_of(client.get(address("agreement_edit", "sales_goals")))

        client.post(
            address("agreement_edit", "sales_goals"), given | {"text-text_fr": "Conclure plus.\r\nVite."}
        )

        said = AgreementVersion.objects.get().document["sections"]["sales_goals"]
        assert said == {"en": "Close more.", "fr": "Conclure plus.\nVite."}
        assert AuditEntry.objects.filter(verb="agreement.amended", actor=parties.helene).exists()

    def test_a_row_is_added_changed_and_taken_out(self, parties, browser_of):
        client = browser_of(parties.max)
        given = fields_of(client.get(address("agreement_edit", "handoff")))
        given |= {
            "scoring-0-points": "45",
            "scoring-1-DELETE": "on",
            "scoring-2-when_en": "Visited the prices",
            "scoring-2-points": "10",
            "scoring-2-event": "{event: page.viewed, where: {data.page: prices}}",
            "mql-threshold": "55",
        }

        assert client.post(address("agreement_edit", "handoff"), given).status_code == 302

        mql = AgreementVersion.objects.get().document["mql"]
        assert [(rule["when"], rule["points"]) for rule in mql["scoring"]] == [
            ("Asked for a demo", 45),
            ("Visited the prices", 10),
        ]
        assert mql["threshold"] == 55

    def test_goals_of_the_other_parts_stay(self, parties, browser_of):
        client = browser_of(parties.max)
        given = fields_of(client.get(address("agreement_edit", "marketing_goals")))

        client.post(address("agreement_edit", "marketing_goals"), given | {"goals-0-target": ">= 150"})

        goals = {goal["key"]: goal.get("target") for goal in AgreementVersion.objects.get().document["goals"]}
        assert goals == {"revenue": ">= 2000000", "authority": None, "mqls": ">= 150", "wins": "> 25%"}

    def test_what_is_wrong_is_told_at_its_field(self, parties, browser_of):
        client = browser_of(parties.max)
        given = fields_of(client.get(address("agreement_edit", "handoff")))

        page = client.post(
            address("agreement_edit", "handoff"),
            given | {"scoring-0-event": "form.submited", "people-0-capacity": "{leads_per_wek: 4}"},
        )

        assert page.status_code == 422
        sets = {rows.name: formset for rows, formset in page.context["editor"].sets}
        assert "did you mean form.submitted?" in sets["scoring"].forms[0].errors["event"][0]
        assert "did you mean leads_per_week?" in sets["people"].forms[0].errors["capacity"][0]
        assert compose(AgreementVersion.objects.get()) == compose(parties.version)

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self, parties, browser_of):
        client, other = browser_of(parties.max), browser_of(parties.helene)
        given = fields_of(client.get(address("agreement_edit", "reporting")))
        other.post(address("agreement_edit", "reporting"), given | {"text-text_en": "Theirs."})

        page = client.post(address("agreement_edit", "reporting"), given | {"text-text_en": "Mine."})

        assert "Somebody changed this part meanwhile" in text_of(page)
        assert AgreementVersion.objects.get().document["sections"]["reporting"] == "Theirs."

    def test_the_whole_is_amended_as_yaml_with_the_difference_told(self, db, browser_of):
        parties = Parties(sign=True)
        client = browser_of(parties.max)
        write = reverse("agreement_write", args=["smarketing"])
        assert client.get(write).status_code == 200

        answer = client.post(write, {"yaml": LATER}, follow=True)

        assert "commitment inbound: within: 2 business hours → 4 business hours" in text_of(answer)
        draft = AgreementVersion.objects.drafts().get()
        assert (draft.number, read_yaml(dump(draft)).data) == (2, read_yaml(LATER).data)

    def test_a_wrong_document_is_refused_with_its_lines(self, parties, browser_of):
        client = browser_of(parties.max)

        page = client.post(
            reverse("agreement_write", args=["smarketing"]),
            {"yaml": WHOLE.replace("2 business hours", "2 busines hours")},
        )

        assert page.status_code == 422
        assert 'is not a duration; write for example "2 business hours"' in text_of(page).replace(
            "&quot;", '"'
        )

    def test_an_agreement_is_uploaded_by_a_manager_of_a_party(self, parties, browser_of):
        text = WHOLE.replace("agreement: smarketing", "agreement: second").replace("key: ", "key: x-")
        text = text.replace("beside: bad-data", "beside: x-bad-data").replace("metric: mql", "metric: x-mql")
        text = text.replace("persona: ops", "persona: x-ops")
        upload = SimpleUploadedFile("second.yaml", text.encode())

        answer = browser_of(parties.max).post(reverse("agreement_upload"), {"file": upload})

        assert answer.status_code == 302, text_of(answer)
        assert AgreementVersion.objects.get(agreement__key="second").state == VersionState.DRAFT

    def test_nobody_writes_an_agreement_of_others(self, parties, browser_of):
        text = WHOLE.replace("[marketing, sales]", "[operations, service]").replace(
            "agreement: smarketing", "agreement: x"
        )

        answer = browser_of(parties.max).post(reverse("agreement_upload"), {"yaml": text})

        assert answer.status_code == 403
        assert not AgreementVersion.objects.filter(agreement__key="x").exists()


class TestReview:
    def test_a_manager_sends_it_and_both_sides_see_what_strikes(self, parties, browser_of):
        browser_of(parties.max).post(address("agreement_send"))

        said = text_of(browser_of(parties.helene).get(address("agreement_review")))
        assert state() == VersionState.REVIEW
        assert "Look at this before you sign" in said
        assert "Read and sign" in said

    def test_what_the_past_would_have_given_is_shown(self, parties, browser_of):
        said = text_of(browser_of(parties.max).get(address("agreement_previews")))

        assert "Answer requests target ≥ 95 % – nothing happened that it is about" in said.replace(
            "\u00a0", " "
        )

    def test_parts_are_commented_and_comments_dealt_with(self, in_review, browser_of):
        browser_of(in_review.helene).post(
            address("agreement_comment"), {"part": "handoff", "text": "Too fast."}
        )

        said = VersionComment.objects.get()
        assert (said.part, said.text, said.author, said.at) == ("handoff", "Too fast.", in_review.helene, NOW)
        client = browser_of(in_review.max)
        assert "Opportunity handoff Too fast." in text_of(client.get(address("agreement_review")))
        client.post(address("agreement_comment_resolve", said.pk))
        said.refresh_from_db()
        assert (said.resolved_at, said.resolved_by) == (NOW, in_review.max)
        assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {
            "agreement.sent_to_review",
            "agreement.commented",
            "agreement.comment_resolved",
        }

    def test_an_empty_comment_or_one_on_nothing_is_refused(self, in_review, browser_of):
        client = browser_of(in_review.helene)

        for given in ({"part": "handoff", "text": " "}, {"part": "weather", "text": "Rain."}):
            assert client.post(address("agreement_comment"), given).status_code == 422
        assert not VersionComment.objects.exists()

    def test_a_change_makes_it_a_draft_again_and_voids_signatures(self, in_review, browser_of):
        client = browser_of(in_review.max)
        sign_for(client, "marketing")
        given = fields_of(client.get(address("agreement_edit", "reporting")))

        client.post(address("agreement_edit", "reporting"), given | {"text-text_en": "Two tables."})

        assert state() == VersionState.DRAFT
        assert not AgreementVersion.objects.get().signatures.exists()
        assert AuditEntry.objects.filter(verb="agreement.signatures_voided").exists()

    def test_it_is_taken_back(self, in_review, browser_of):
        browser_of(in_review.helene).post(address("agreement_take_back"))

        assert state() == VersionState.DRAFT


def sign_for(client: Client, slug: str, **more):
    page = client.get(address("agreement_sign"))
    assert page.status_code == 200
    given = {"party": Team.objects.get(slug=slug).pk, "seen": page.context["seal"], "read": "on"}
    return client.post(address("agreement_sign"), given | more)


class TestSigning:
    def test_both_managers_sign_and_it_is_in_force(self, in_review, browser_of):
        sign_for(browser_of(in_review.max), "marketing")
        assert state() == VersionState.REVIEW
        sign_for(browser_of(in_review.helene), "sales")

        version = AgreementVersion.objects.get()
        assert version.state == VersionState.SIGNED
        assert version.sha256 == content_sha256(version)
        assert {
            (s.party.slug, s.user.name, s.address, s.in_stead, s.sha256) for s in version.signatures.all()
        } == {
            ("marketing", "Max Power", "127.0.0.1", False, version.sha256),
            ("sales", "Hélène Martin", "127.0.0.1", False, version.sha256),
        }
        assert "in force" in text_of(browser_of(in_review.marie).get(address("agreement_version")))

    def test_looking_signs_nothing(self, in_review, browser_of):
        browser_of(in_review.max).get(address("agreement_sign"))

        assert not AgreementVersion.objects.get().signatures.exists()

    def test_a_manager_signs_for_their_own_team_only(self, in_review, browser_of):
        answer = sign_for(browser_of(in_review.max), "sales")

        assert answer.status_code == 422
        assert not AgreementVersion.objects.get().signatures.exists()

    def test_it_must_be_said_that_it_was_read(self, in_review, browser_of):
        assert sign_for(browser_of(in_review.max), "marketing", read="").status_code == 422

    def test_an_administrator_signs_in_their_stead_and_it_is_said(self, in_review, browser_of):
        sign_for(browser_of(in_review.ada), "sales")

        signature = AgreementVersion.objects.get().signatures.get()
        assert (signature.user, signature.in_stead) == (in_review.ada, True)
        said = text_of(browser_of(in_review.marie).get(address("agreement_version"))).replace("&#x27;", "'")
        assert "Ada Admin in the stead of the team's managers" in said

    def test_other_words_than_were_read_are_not_signed(self, in_review, browser_of):
        answer = sign_for(browser_of(in_review.max), "marketing", seen="0" * 64)

        assert answer.status_code == 422
        assert "has changed since it was read" in text_of(answer)
        assert f'name="seen" value="{answer.context["seal"]}"' in answer.content.decode()  # of what it shows

    @pytest.mark.parametrize("who", ["marie", "olga", "sam"])
    def test_nobody_else_signs(self, in_review, browser_of, who):
        assert browser_of(getattr(in_review, who)).get(address("agreement_sign")).status_code in (403, 404)

    def test_a_draft_is_not_signed_by_people(self, parties, browser_of):
        assert browser_of(parties.max).get(address("agreement_sign")).status_code == 403


class TestNextVersion:
    def test_it_starts_as_a_copy_from_a_later_date(self, db, browser_of):
        parties = Parties(sign=True)
        client = browser_of(parties.max)
        start = reverse("agreement_new_version", args=["smarketing"])

        assert client.post(start, {"effective_from": "2026-03-02"}).status_code == 422
        client.post(start, {"effective_from": "2026-06-01"})

        draft = AgreementVersion.objects.drafts().get()
        assert (draft.number, draft.effective_from) == (2, date(2026, 6, 1))
        assert compose(draft) == compose(parties.version) | {"effective_from": "2026-06-01"}

    def test_a_later_version_in_the_past_is_not_signed_by_people(self, db, browser_of):
        from agreements.loading import load

        parties = Parties(sign=True)
        draft = load(LATER.replace("2026-06-01", "2026-02-01"), by="test", as_of=NOW).version
        send_to_review(draft, by=parties.max, as_of=NOW)
        client = browser_of(parties.max)
        assert "may not begin in the past" in text_of(client.get(address("agreement_review", number=2)))

        page = client.get(address("agreement_sign", number=2))
        given = {"party": Team.objects.get(slug="marketing").pk, "seen": page.context["seal"], "read": "on"}
        answer = client.post(address("agreement_sign", number=2), given)

        assert answer.status_code == 422
        assert "which is past" in text_of(answer)
