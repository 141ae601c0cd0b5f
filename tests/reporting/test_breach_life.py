"""From a wrong breach to its waiver, and everything that may happen on the way."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.models import AuditEntry
from core.problems import Problem
from measurement.judging import judge_all
from measurement.models import Clock, Exclusion, Reading
from measurement.shadow import compare
from people.models import User
from people.visibility import Sight
from reporting.acting import acknowledge, comment, dispute, refuse, resolve, take_back_dispute, undo, waive
from reporting.acting.caps import waivers_in_month
from reporting.deciding import deciders, may_decide_on
from reporting.models import Breach, BreachComment, Dispute, Notice
from reporting.showing.reader import Reader
from reporting.sight import may_act_on
from tests.factories.people import UserFactory
from tests.pages.story import Story
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db

NOW = at("05 10:00")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def company() -> Story:
    """Anna's request is Marie's and overdue; Max manages marketing."""
    story = Story()
    story.overdue("anna", owner="marie")
    story.sweep(NOW)
    return story


def disputed(company: Story) -> Breach:
    said = {"note": "I called her from my mobile", "evidence": "https://phone.example/calls/7"}
    return dispute(company.breach(), by=company.marie, as_of=NOW, **said)


def agrees(company: Company, as_of: datetime) -> None:
    """Judging everything and sweeping again change nothing."""
    before = list(Clock.objects.values()), list(Breach.objects.values())
    assert judge_all(as_of=as_of).written == 0
    assert compare(as_of=as_of).different == []
    company.sweep(as_of)
    assert (list(Clock.objects.values()), list(Breach.objects.values())) == before


def test_a_wrong_breach_is_disputed_waived_and_counts_no_more(company: Story) -> None:
    breach = disputed(company)
    assert breach.state == "disputed"
    waive(breach, by=company.max, as_of=LATER, note="Seen in the phone's log")
    company.sweep(LATER)

    breach = company.breach()
    assert (breach.state, breach.closed_at, breach.waived_until) == ("waived", LATER, None)
    assert (company.clock().state, company.clock().reason) == ("excluded", "waived")
    reading = Reading.objects.get()
    assert (reading.denominator, reading.left_out) == (0, 1)
    answered = Dispute.objects.get()
    assert (answered.outcome, answered.decided_by, answered.answer) == (
        "waived",
        company.max,
        "Seen in the phone's log",
    )
    agrees(company, LATER)


def test_the_trail_says_who_did_what_when_and_why(company: Story) -> None:
    waive(disputed(company), by=company.max, as_of=LATER, note="Seen in the log")

    rows = AuditEntry.objects.filter(object_type="reporting.breach").order_by("id")
    assert [(row.verb, row.actor, row.at) for row in rows] == [
        ("breach.dispute", company.marie, NOW),
        ("breach.waive", company.max, LATER),
    ]
    assert rows[0].after["reason"] == "I called her from my mobile"
    before = {"state": "disputed", "closed_at": None, "note": "I called her from my mobile"}
    assert rows[1].before == before
    assert (rows[1].after["why"], rows[1].after["exclusions"]) == (
        "Seen in the log",
        [Exclusion.objects.get().pk],
    )


def test_a_refusal_answers_and_the_miss_stands_as_it_was(company: Story) -> None:
    acknowledge(company.breach(), by=company.marie, as_of=NOW)
    breach = refuse(disputed(company), by=company.max, as_of=LATER, note="The log shows no call")

    assert breach.state == "acknowledged"
    assert (Dispute.objects.get().outcome, Dispute.objects.get().answer) == (
        "refused",
        "The log shows no call",
    )
    assert dispute(breach, by=company.marie, as_of=LATER, note="Here is another log").state == "disputed"


def test_the_owner_may_take_the_dispute_back(company: Story) -> None:
    breach = take_back_dispute(disputed(company), by=company.marie, as_of=LATER)
    assert (breach.state, Dispute.objects.get().outcome) == ("open", "taken_back")


def test_what_is_not_done_by_the_agreed_date_comes_back_open(company: Story) -> None:
    until = NOW + timedelta(days=1)
    waive(disputed(company), by=company.max, as_of=LATER, note="They are on a fair", until=until)
    company.sweep(until - timedelta(seconds=1))
    assert company.breach().state == "waived"
    company.sweep(until)

    breach = company.breach()
    assert (breach.state, breach.closed_at, breach.waived_until) == ("open", None, None)
    assert company.clock().state == "running"
    agrees(company, until)


def test_what_was_done_by_then_stays_waived_also_when_that_is_known_late(company: Story) -> None:
    until = NOW + timedelta(days=1)
    waive(disputed(company), by=company.max, as_of=LATER, note="They are on a fair", until=until)
    company.sweep(until)
    company.call("anna", until - timedelta(hours=1), as_of=until + timedelta(hours=2))
    company.sweep(until + timedelta(hours=2))

    assert (company.breach().state, company.clock().state) == ("waived", "excluded")
    agrees(company, until + timedelta(hours=2))


@pytest.mark.parametrize("waived", [True, False])
def test_facts_that_undo_the_miss_take_precedence(company: Story, waived: bool) -> None:
    breach = disputed(company)
    if waived:
        waive(breach, by=company.max, as_of=LATER, note="Agreed")
        company.sweep(LATER)
    company.call("anna", at("04 10:00"), as_of=LATER)
    company.sweep(LATER)

    assert (company.breach().state, company.clock().state) == ("withdrawn", "met")
    assert Dispute.objects.get().outcome == ("waived" if waived else "undone")
    agrees(company, LATER)


def test_a_waiver_follows_its_record_when_that_is_merged(company: Story) -> None:
    waive(disputed(company), by=company.max, as_of=LATER, note="Agreed")
    company.sweep(LATER)
    company.contact("bruno", as_of=LATER)
    row = {"external_id": "anna", "merged_into": "bruno", "updated_at": LATER.isoformat()}
    company.tell("contacts", row, as_of=LATER)
    company.sweep(LATER)

    breach = company.breach()
    assert (breach.state, breach.subject_id) == ("waived", company.ref("bruno"))
    assert company.clock().state == "excluded"
    agrees(company, LATER)


def test_the_next_report_says_decided_and_restated(company: Story) -> None:
    told = company.publish(at("05 10:30"))
    assert [row["handled"] for row in told.body["sections"]["fix_today"]] == ["open"]
    breach = dispute(company.breach(), by=company.marie, as_of=at("05 11:00"), note="I called")
    waive(breach, by=company.max, as_of=at("05 12:00"), note="Agreed")
    sections = company.publish(at("06 10:00")).body["sections"]

    assert sections["fix_today"] == []
    assert [(row["decision"], row["breach"]) for row in sections["decided"]] == [("waived", breach.pk)]
    assert [(row["reported"], row["now"]) for row in sections["restated"]] == [("missed", "left_out")]


def test_a_disputed_one_is_told_as_such(company: Story) -> None:
    dispute(company.breach(), by=company.marie, as_of=at("05 06:00"), note="I called")
    rows = company.publish(at("05 10:30")).body["sections"]["fix_today"]
    assert [row["handled"] for row in rows] == ["disputed"]


class TestWhoDecides:
    def decides(self, user: User, breach: Breach) -> bool:
        return may_decide_on(breach, Sight(user, as_of=NOW))

    def test_the_manager_of_the_other_party_does(self, company: Story) -> None:
        breach = disputed(company)
        assert self.decides(company.max, breach)
        assert deciders(breach, as_of=NOW) == [company.max]

    def test_nobody_of_the_owners_side_does(self, company: Story) -> None:
        breach = disputed(company)
        everything = company.managed_by("both@example.com", team="sales")
        give_role(everything, "marketing", "manager")
        decide = [self.decides(user, breach) for user in (company.marie, company.helene, everything)]
        assert decide == [False, False, False]

    def test_no_member_of_the_other_team_does(self, company: Story) -> None:
        rep = UserFactory()
        give_role(rep, "marketing", "rep")
        assert not self.decides(rep, disputed(company))

    def test_an_administrator_only_as_manager_of_the_other_team(self, company: Story) -> None:
        admin, breach = UserFactory(is_superuser=True), disputed(company)
        assert not self.decides(admin, breach)
        give_role(admin, "marketing", "manager")
        assert self.decides(admin, breach)

    def test_an_auditor_decides_nothing(self, company: Story) -> None:
        auditor = UserFactory(is_auditor=True)
        give_role(auditor, "marketing", "manager")
        breach = disputed(company)
        assert not self.decides(auditor, breach)
        assert not may_act_on(breach, Sight(auditor, as_of=NOW))

    def test_the_other_teams_manager_sees_it_from_its_dispute_on(self, company: Story) -> None:
        assert not Breach.objects.visible_to(company.max, as_of=NOW).exists()
        disputed(company)
        assert Breach.objects.visible_to(company.max, as_of=NOW).exists()


def give_role(user: User, team: str, role: str) -> None:
    from people.enums import Role
    from people.models import Team
    from tests.factories.people import MembershipFactory

    MembershipFactory(user=user, team=Team.objects.get(slug=team), role=Role(role))


class TestTheCap:
    """Ten per cent of the month's misses of the promise, at least one, unless agreed otherwise."""

    def misses(self, company: Company, number: int) -> list[Breach]:
        for each in range(number):
            company.request(f"c{each}", at("04 09:00"))
        company.sweep(NOW)
        return list(Breach.objects.order_by("id"))

    @pytest.mark.parametrize(
        ("waivers", "misses", "allowed"),
        [("", 1, 1), ("", 9, 1), ("", 20, 2), ("waivers: 50%", 5, 2), ("waivers: 100%", 3, 3)],
    )
    def test_so_many_may_be_waived(self, waivers: str, misses: int, allowed: int) -> None:
        company = agreed(waivers)
        breaches = self.misses(company, misses)
        for breach in breaches[:allowed]:
            waive(breach, by="test", as_of=LATER, note="Agreed")
        counted = waivers_in_month(promise(company), NOW)
        assert (counted.misses, counted.waived, counted.left) == (misses, allowed, 0)

        for breach in breaches[allowed:]:
            with pytest.raises(Problem, match=f"here {allowed}") as refused:
                waive(breach, by="test", as_of=LATER, note="Agreed")
            assert refused.value.status_code == 409
            assert "propose an amendment" in str(refused.value.detail)

    def test_an_agreement_may_allow_none(self) -> None:
        company = agreed("waivers: 0%")
        (breach,) = self.misses(company, 1)
        with pytest.raises(Problem, match="no miss is waived"):
            waive(breach, by="test", as_of=LATER, note="Agreed")

    def test_each_month_of_misses_has_its_own(self) -> None:
        company = agreed("")
        company.request("old", datetime.fromisoformat("2026-02-27T09:00:00+00:00"))
        for breach in self.misses(company, 1):
            waive(breach, by="test", as_of=LATER, note="Agreed")
        assert [breach.state for breach in Breach.objects.all()] == ["waived", "waived"]


def agreed(waivers: str) -> Company:
    from tests.reporting.company import AGREEMENT

    return Company(agreement=AGREEMENT.replace("form: short", f"form: short\n{waivers}"))


def promise(company: Company) -> Any:
    found = Reader(company.marie, as_of=NOW).promise_named("inbound")
    assert found is not None
    return found


REFUSED = {
    "dispute without a reason": (dispute, {"note": " "}, "note"),
    "a link that is none": (dispute, {"note": "x", "evidence": "javascript:alert(1)"}, "evidence"),
    "waive without a reason": (waive, {"note": ""}, "note"),
    "until yesterday": (waive, {"note": "x", "until": NOW - timedelta(days=1)}, "until"),
    "say nothing": (comment, {"text": " \n"}, "text"),
    "say too much": (comment, {"text": "x" * 4001}, "text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_said_at_its_field_and_changes_nothing(company: Story, case: str) -> None:
    act, given, field = REFUSED[case]
    with pytest.raises(Problem) as refused:
        act(company.breach(), by=company.max, as_of=NOW, **given)

    assert refused.value.status_code == 422
    assert [error["field"] for error in refused.value.errors] == [field]
    assert company.breach().state == "open"
    assert not AuditEntry.objects.filter(object_type="reporting.breach").exists()


class TestComments:
    def said(self, company: Story, text: str, **more: Any) -> BreachComment:
        return comment(company.breach(), **{"by": company.helene, "as_of": NOW} | more, text=text)

    @pytest.mark.parametrize(
        "text",
        [
            "@marie look",
            "Ask @marie@example.com.",
            "(@marie)",
            "so @MARIE, please",
            "@marie and @marie again",
        ],
    )
    def test_whoever_may_see_the_breach_is_mentioned(self, company: Story, text: str) -> None:
        made = self.said(company, text)
        assert list(made.mentions.all()) == [company.marie]
        assert [
            notice.kind for notice in Notice.objects.filter(recipient=company.marie, kind="mentioned")
        ] == ["mentioned"]

    @pytest.mark.parametrize("text", ["mail marie@example.com", "no one", "@ nobody", "5 @ 3"])
    def test_an_address_or_a_lone_sign_mentions_nobody(self, company: Story, text: str) -> None:
        assert not self.said(company, text).mentions.exists()

    @pytest.mark.parametrize("name", ["max", "paul@example.com", "stranger"])
    def test_who_may_not_see_it_cannot_be_mentioned(self, company: Story, name: str) -> None:
        with pytest.raises(Problem, match=f"@{name}, who is nobody that may see"):
            self.said(company, f"@{name} look")
        assert not BreachComment.objects.exists()

    def test_once_disputed_the_other_teams_manager_can_be_mentioned(self, company: Story) -> None:
        disputed(company)
        assert list(self.said(company, "@max please").mentions.all()) == [company.max]


class TestUndo:
    SOON = NOW + timedelta(seconds=29)

    def acts(self, company: Story) -> dict[str, Any]:
        return {
            "acknowledge": lambda b: acknowledge(b, by=company.marie, as_of=NOW, note="On it"),
            "resolve": lambda b: resolve(b, by=company.marie, as_of=NOW, root_cause="capacity"),
            "dispute": lambda b: dispute(b, by=company.marie, as_of=NOW, note="I called"),
            "comment": lambda b: comment(b, by=company.marie, as_of=NOW, text="I called @helene"),
        }

    @pytest.mark.parametrize("act", ["acknowledge", "resolve", "dispute", "comment"])
    def test_within_seconds_all_is_as_it_was(self, company: Story, act: str) -> None:
        before = Breach.objects.values().get()
        told = Notice.objects.count()
        self.acts(company)[act](company.breach())
        undo(company.breach(), by=company.marie, as_of=self.SOON)

        assert Breach.objects.values().get() == before
        assert not Dispute.objects.exists()
        assert not BreachComment.objects.exists()
        assert Notice.objects.count() == told
        verbs = (
            AuditEntry.objects.filter(object_type="reporting.breach")
            .order_by("id")
            .values_list("verb", flat=True)
        )
        assert list(verbs) == [f"breach.{act}", "breach.undo"]

    def test_a_waiver_taken_back_counts_again_and_the_dispute_waits(self, company: Story) -> None:
        breach = disputed(company)
        waive(breach, by=company.max, as_of=NOW, note="Agreed")
        company.sweep(NOW + timedelta(seconds=5))
        undo(breach, by=company.max, as_of=self.SOON)
        company.sweep(self.SOON)

        assert (company.breach().state, company.clock().state) == ("disputed", "running")
        assert Dispute.objects.get().outcome is None
        assert not Exclusion.objects.filter(ended_at__isnull=True).exists()
        agrees(company, self.SOON)

    def test_a_sweep_between_undoing_and_judging_again_changes_nothing(self, company: Story) -> None:
        from measurement.judging import judge_pending
        from reporting.watching import sync_breaches

        breach = disputed(company)
        waive(breach, by=company.max, as_of=NOW, note="Agreed")
        judge_pending(as_of=NOW)
        undo(breach, by=company.max, as_of=self.SOON)
        sync_breaches(as_of=self.SOON)
        assert (company.breach().state, company.clock().state) == ("disputed", "excluded")
        company.sweep(self.SOON)
        assert (company.breach().state, company.clock().state) == ("disputed", "running")

    @pytest.mark.parametrize(
        ("who", "seconds"), [("marie", 30), ("marie", 3600), ("helene", 5)], ids=["late", "later", "another"]
    )
    def test_too_late_or_anothers_act_stays(self, company: Story, who: str, seconds: int) -> None:
        acknowledge(company.breach(), by=company.marie, as_of=NOW)
        with pytest.raises(Problem, match="only your own last act, within 30 seconds"):
            undo(company.breach(), by=getattr(company, who), as_of=NOW + timedelta(seconds=seconds))
        assert company.breach().state == "acknowledged"

    def test_only_the_last_act_can_be_undone(self, company: Story) -> None:
        acknowledge(company.breach(), by=company.marie, as_of=NOW)
        comment(company.breach(), by=company.helene, as_of=NOW, text="Thank you")
        with pytest.raises(Problem):
            undo(company.breach(), by=company.marie, as_of=self.SOON)

    def test_nobody_hears_of_an_act_before_it_can_be_undone_no_more(self, company: Story) -> None:
        disputed(company)
        notices = Notice.objects.filter(kind="disputed")
        assert {notice.recipient for notice in notices} == {company.max, company.helene}
        assert all(notice.due_at >= NOW + timedelta(seconds=30) for notice in notices)
