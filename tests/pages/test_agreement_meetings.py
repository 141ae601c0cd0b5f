"""Agreements where hands meet or words lag behind: two who edit, one who signs, days that nobody means."""

from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from agreements.composition import compose
from agreements.document import DocumentError, read_document
from agreements.drafting import remove_commitment, save_commitment
from agreements.editing import rewrite
from agreements.enums import VersionState
from agreements.loading import load
from agreements.models import AgreementVersion, Commitment
from agreements.reviewing import send_to_review
from agreements.signing import sign
from core.models import AuditEntry
from people.models import Team, User
from reporting.showing.agreement_differences import comparison
from tests.agreements.test_promise_forms import posted
from tests.core.threads import at_once
from tests.pages.agreements import NOW, WHOLE, Parties
from tests.pages.test_agreement_life import address, fields_of
from tests.pages.test_agreements import LATER, text_of

ODD_DAYS = ["0001-01-01", "9999-12-31"]


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def parties(db) -> Parties:
    return Parties()


def team(slug: str) -> Team:
    return Team.objects.get(slug=slug)


def given(page, party: str) -> dict:
    return {"party": team(party).pk, "seen": page.context["seal"], "read": "on"}


class TestSigning:
    def test_what_was_sent_to_review_last_year_is_signed_this_year(self, parties, browser_of):
        send_to_review(parties.version, by=parties.max, as_of=datetime(2026, 12, 30, 9, tzinfo=UTC))
        with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False):
            for person, party in ((parties.max, "marketing"), (parties.helene, "sales")):
                client = browser_of(person)
                page = client.get(address("agreement_sign"))
                assert client.post(address("agreement_sign"), given(page, party)).status_code == 302

        assert AgreementVersion.objects.get().state == VersionState.SIGNED

    def test_a_party_is_not_left_out_by_the_others(self, db, browser_of):
        parties = Parties(sign=True)
        text = LATER.replace("[marketing, sales]", "[marketing, operations]").replace(
            "teams: [operations]", "teams: [sales]"
        )
        draft = load(text, by="test", as_of=NOW).version
        send_to_review(draft, by=parties.max, as_of=NOW)
        client = browser_of(parties.max)
        page = client.get(address("agreement_sign", number=2))

        answer = client.post(address("agreement_sign", number=2), given(page, "marketing"))

        assert answer.status_code == 422
        assert "leaves out Sales" in text_of(answer)
        sign(draft, party=team("marketing"), by=parties.ada, as_of=NOW)

    def test_each_version_names_its_own_parties(self, db, browser_of):
        parties = Parties(sign=True)
        load(LATER.replace("[marketing, sales]", "[marketing, sales, finance]"), by="test", as_of=NOW)
        client = browser_of(parties.marie)

        assert "Finance" not in text_of(client.get(address("agreement_print")))
        assert "Finance" in text_of(client.get(address("agreement_print", number=2)))


class TestTwoHands:
    def test_two_parts_that_are_written_from_the_same_words_both_stay(self, parties):
        stale = AgreementVersion.objects.get()
        rewrite(AgreementVersion.objects.get(), {"channels": [{"title": "Chat"}]}, by=parties.max, as_of=NOW)
        rewrite(stale, {"meetings": []}, by=parties.helene, as_of=NOW)

        said = compose(AgreementVersion.objects.get())
        assert (said["channels"], said.get("meetings")) == ([{"title": "Chat"}], None)

    def test_a_part_that_was_changed_since_the_page_was_asked_for_is_not_overwritten(self, parties):
        seen = {"channels": compose(parties.version)["channels"]}
        rewrite(parties.version, {"channels": [{"title": "Chat"}]}, by=parties.max, as_of=NOW)

        with pytest.raises(DocumentError, match="changed this part meanwhile"):
            rewrite(parties.version, {"channels": []}, seen=seen, by=parties.helene, as_of=NOW)

    def test_a_promise_that_somebody_else_changed_meanwhile_is_not_overwritten(self, parties, browser_of):
        client, edit = browser_of(parties.max), address("promise_edit", "inbound")
        form = client.get(edit).context["form"]
        data = posted(form) | {"seen": form.seen}
        held = Commitment.objects.get(key="inbound")
        held.terms = held.terms | {"within": "1 business hour"}
        save_commitment(held, calendar=None, by=parties.helene, as_of=NOW)

        answer = client.post(edit, data | {"title_en": "Requests"})

        assert answer.status_code == 422
        assert "changed this part meanwhile" in text_of(answer)
        assert Commitment.objects.get(key="inbound").terms["within"] == "1 business hour"

    @pytest.mark.parametrize("act", [partial(save_commitment, calendar=None), remove_commitment])
    def test_a_promise_of_what_is_signed_meanwhile_stays(self, parties, act):
        held = Commitment.objects.get(key="inbound")
        load(WHOLE, by="test", as_of=NOW, sign=True)

        with pytest.raises(DocumentError, match="never changes"):
            act(held, by=parties.max, as_of=NOW)

    def test_a_promise_that_was_written_anew_meanwhile_is_not_saved_over(self, parties):
        held = Commitment.objects.get(key="inbound")
        load(WHOLE.replace("within: 2 business", "within: 3 business"), by="test", as_of=NOW)

        with pytest.raises(DocumentError, match="changed this part meanwhile"):
            save_commitment(held, calendar=None, by=parties.max, as_of=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_words_that_are_signed_while_they_are_rewritten_stay(self):
        parties = Parties()
        send_to_review(parties.version, by=parties.max, as_of=NOW)
        sign(parties.version, party=team("marketing"), by=parties.max, as_of=NOW)

        def work(number: int) -> str:
            try:
                if number:
                    load(WHOLE.replace("120 MQLs", "130 MQLs"), by="test", as_of=NOW)
                else:
                    with transaction.atomic():
                        sign(parties.version, party=team("sales"), by=parties.helene, as_of=NOW)
            except ValueError as error:
                return str(error)
            return "done"

        said = at_once(work)

        assert sorted(one == "done" for one in said) == [False, True], said


class TestTheWhole:
    """A promise is part of a document that must stay right."""

    def test_a_promise_that_a_goal_is_measured_by_is_not_taken_out(self, parties, browser_of):
        text = WHOLE.replace(", measured_by: {en: at their handoff, fr: à leur transfert}", "")
        load(text, by="test", as_of=NOW)
        client = browser_of(parties.max)

        answer = client.post(address("promise_remove", "mql-volume"))

        assert answer.status_code == 422
        assert "goals" in text_of(answer)
        assert Commitment.objects.filter(key="mql-volume").exists()

    def test_nor_does_it_get_another_key(self, parties, browser_of):
        text = WHOLE.replace(", measured_by: {en: at their handoff, fr: à leur transfert}", "")
        load(text, by="test", as_of=NOW)
        client, edit = browser_of(parties.max), address("promise_edit", "mql-volume")

        answer = client.post(edit, posted(client.get(edit).context["form"]) | {"key": "other"})

        assert answer.status_code == 422
        assert "goals" in text_of(answer)
        read_document(compose(AgreementVersion.objects.get()))

    def test_what_it_would_mean_says_so_before_it_is_saved(self, parties, browser_of):
        text = WHOLE.replace(", measured_by: {en: at their handoff, fr: à leur transfert}", "")
        load(text, by="test", as_of=NOW)
        client, edit = browser_of(parties.max), address("promise_edit", "mql-volume")
        data = posted(client.get(edit).context["form"]) | {"look": "1"}

        answer = client.post(edit, data | {"key": "other"})

        assert answer.status_code == 200
        assert "goals" in text_of(answer)

    @pytest.mark.parametrize("key", ["mql-volume", "bad-data", "chat"])
    def test_a_promise_whose_period_is_longer_than_what_is_looked_at_can_be_looked_at(
        self, parties, browser_of, key
    ):
        client, edit = browser_of(parties.max), address("promise_edit", key)
        data = posted(client.get(edit).context["form"]) | {"look": "1", "per": "year"}

        assert client.post(edit, data).status_code == 200

    def test_the_admin_refuses_the_same(self, parties, browser_of):
        text = WHOLE.replace(", measured_by: {en: at their handoff, fr: à leur transfert}", "")
        load(text, by="test", as_of=NOW)
        client, row = browser_of(parties.ada), Commitment.objects.get(key="mql-volume")
        page = reverse("admin:agreements_commitment_change", args=[row.pk])
        data = posted(client.get(page).context["adminform"].form) | {"key": "other"}

        assert client.post(page, data).status_code == 200
        client.post(reverse("admin:agreements_commitment_delete", args=[row.pk]), {"post": "yes"})
        assert Commitment.objects.filter(key="mql-volume").exists()


class TestOddDays:
    @pytest.mark.parametrize("day", ODD_DAYS)
    def test_an_agreement_begins_on_a_day_that_somebody_means(self, parties, browser_of, day):
        client = browser_of(parties.ada)
        written = {"yaml": WHOLE.replace("effective_from: 2026-01-01", f"effective_from: {day}")}
        page = client.get(address("agreement_edit", "about"))
        begun = {"title_en": "x", "key": "x", "marketing": "marketing", "sales": "sales"}
        begun |= {"effective_from": day, "calendar": "paris", "promises": ["mql-to-meeting"]}
        for url, data in (
            (reverse("agreement_upload"), written),
            (address("agreement_edit", "about"), fields_of(page) | {"about-effective_from": day}),
            (reverse("agreement_new"), begun),
        ):
            answer = client.post(url, data)
            assert answer.status_code == 422, url
            assert "1970" in text_of(answer) or "2199" in text_of(answer), url

    @pytest.mark.parametrize("day", ODD_DAYS)
    @pytest.mark.parametrize("page", ["conversion", "conversion_csv", "lead_feedback", "priorities"])
    def test_a_window_of_such_days_narrows_nothing(self, parties, browser_of, page, day):
        answer = browser_of(parties.marie).get(reverse(page), {"from": day, "to": day})

        assert answer.status_code == 200


class TestSmallThings:
    def test_a_key_that_no_agreement_can_have_is_not_found(self, parties, browser_of):
        client = browser_of(parties.max)

        assert client.post(reverse("quota_agree"), {"agreement": "a\0b"}).status_code == 404

    @pytest.mark.parametrize("key", ["new", "upload"])
    def test_no_agreement_hides_behind_a_page_of_ours(self, parties, browser_of, key):
        text = WHOLE.replace("agreement: smarketing", f"agreement: {key}")

        answer = browser_of(parties.ada).post(reverse("agreement_upload"), {"yaml": text})

        assert answer.status_code == 422

    def test_yaml_starts_from_what_is_signed_last(self, db, browser_of):
        parties = Parties(sign=True)
        load(LATER, by="test", as_of=NOW, sign=True)

        page = browser_of(parties.max).get(reverse("agreement_write", args=["smarketing"]))

        assert "effective_from: 2026-06-01" in page.context["form"]["yaml"].value()

    def test_the_log_tells_differences_in_one_language(self, parties, browser_of):
        User.objects.filter(pk=parties.max.pk).update(language="fr")
        client = browser_of(User.objects.get(pk=parties.max.pk))

        client.post(
            reverse("agreement_write", args=["smarketing"]),
            {"yaml": WHOLE.replace("    closed: [2026-05-15]\n", "")},
        )

        said = AuditEntry.objects.filter(verb="agreement.amended").latest("id").after["difference"]
        assert said == ["calendar paris: closed: [2026-05-15] (removed)"]


class TestDifference:
    def test_it_says_what_is_written_with_every_sign(self, db, browser_of):
        parties = Parties(sign=True)
        text = LATER.replace("Close more.", 'Close "more" & <b>better</b>.')
        text = text.replace("deals won of those offered", "deals <won> of those offered")
        load(text, by="test", as_of=NOW)

        page = browser_of(parties.max).get(address("agreement_diff", number=2)).content.decode()

        words = page.partition('class="card as-written"')[0]
        assert "Close &quot;more&quot; &amp; &lt;b&gt;better&lt;/b&gt;." in words
        assert "deals &lt;won&gt; of those offered" in words

    def test_a_change_in_the_other_language_is_not_called_the_same(self, db, browser_of):
        parties = Parties(sign=True)
        load(LATER.replace("Questions du jour", "Tout"), by="test", as_of=NOW)
        draft = AgreementVersion.objects.drafts().get()
        version = AgreementVersion.objects.signed().get()

        found = comparison(version, draft)
        said = text_of(browser_of(parties.max).get(address("agreement_review", number=2)))

        assert not any("Tout" in str(group) for group in found.groups)
        assert "Tout" in said
