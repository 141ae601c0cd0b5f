"""The demo company in a real database, loaded once (``conftest``)."""

from collections import Counter
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction

from agreements.enums import Kind, VersionState
from agreements.models import AgreementVersion, Commitment
from core.models import OutboxMessage
from demo.cast import ANTOINE, CAST, LOGINS, PASSWORD
from demo.loading import Loaded, NotEmptyError, load_demo
from leads.ingestion import ingest
from leads.models import Account, Declaration, Event, ImpliedEvent, Lead, QuarantinedRow, RecordVersion, Ref
from measurement.enums import ClockState
from measurement.judging import backlog, judge_all
from measurement.models import Clock
from measurement.states import state_at
from people.models import Absence, Membership, User
from reporting.enums import BreachState
from reporting.models import Breach, DailyReport, Delivery
from tests.demo.conftest import AS_OF, STAGE

pytestmark = pytest.mark.xdist_group("demo")


def states() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for clock in Clock.objects.all():
        found.setdefault(clock.commitment_key, Counter())[str(state_at(clock, AS_OF))] += 1
    return found


@pytest.mark.usefixtures("loaded")
class TestTheCompany:
    def test_is_several_hundred_accounts_and_thousands_of_facts(self, loaded: Loaded) -> None:
        assert Account.objects.count() == 320
        assert Lead.objects.count() > 100
        assert loaded.facts > 3_000
        assert loaded.refused == QuarantinedRow.objects.count() > 0

    def test_holds_nothing_dated_ahead(self) -> None:
        assert not Event.objects.filter(occurred_at__gt=AS_OF).exists()
        assert not ImpliedEvent.objects.filter(occurred_at__gt=AS_OF).exists()
        assert not RecordVersion.objects.filter(valid_from__gt=AS_OF).exists()
        assert not Breach.objects.filter(opened_at__gt=AS_OF).exists()
        assert not DailyReport.objects.filter(built_at__gt=AS_OF).exists()

    def test_signs_in_with_the_printed_words(self) -> None:
        for person, _ in LOGINS:
            assert authenticate(username=person.email, password=PASSWORD) == User.objects.get(
                email=person.email
            )

    def test_has_everybody_in_a_team_and_a_manager_a_side(self) -> None:
        crm = Membership.objects.filter(origin="crm").values_list("user__email", "team__slug")
        assert sorted(crm) == sorted((person.email, person.team) for person in CAST)
        managing = Membership.objects.managing().at(AS_OF).values_list("team__slug", flat=True)
        assert sorted(managing) == ["marketing", "sales"]

    def test_signed_its_agreement_before_it_took_effect(self) -> None:
        version = AgreementVersion.objects.get()
        assert version.state == VersionState.SIGNED
        assert version.signed_at == STAGE.opens < version.starts_at
        assert Commitment.objects.values("kind").distinct().count() == len(Kind)


@pytest.mark.usefixtures("loaded")
class TestItsPromises:
    def test_are_each_kept_and_each_missed(self) -> None:
        found = states()
        measured = set(
            Commitment.objects.filter(kind__in=[Kind.RESPONSE, Kind.CHECKLIST]).values_list("key", flat=True)
        )
        assert set(found) == measured
        for key, count in found.items():
            missed = sum(count[state] for state in ClockState.missed)
            assert min(count["met"], missed) > 0, (key, count)

    def test_are_kept_at_believable_rates(self) -> None:
        total: Counter[str] = sum(states().values(), Counter())
        missed = sum(total[state] for state in ClockState.missed)
        assert 0.7 < total["met"] / (total["met"] + missed) < 0.97

    def test_are_running_at_risk_and_overdue_right_now(self) -> None:
        running = Clock.objects.filter(ended_at=None, due_at__gt=AS_OF)
        assert running.filter(warn_at__gt=AS_OF).exists()
        assert running.filter(warn_at__lte=AS_OF).exists()
        assert Clock.objects.filter(ended_at=None, due_at__lte=AS_OF, due_at__date=AS_OF.date()).exists()

    def test_are_judged_to_the_last_fact_and_afresh_alike(self) -> None:
        assert backlog(as_of=AS_OF) == 0
        with transaction.atomic():
            again = judge_all(as_of=AS_OF)
            transaction.set_rollback(True)
        assert (again.written, again.removed) == (0, 0)


@pytest.mark.usefixtures("loaded")
class TestItsMornings:
    def test_have_a_report_for_each_working_day_of_three_teams(self) -> None:
        by_team = Counter(DailyReport.objects.values_list("team__slug", flat=True))
        assert by_team.keys() == {"marketing", "sales", "sales-uk"}
        assert all(count >= 13 for count in by_team.values())

    def test_mail_the_latest_report_only_in_both_languages(self) -> None:
        assert set(Delivery.objects.values_list("report__day", flat=True)) == {AS_OF.date()}
        assert set(Delivery.objects.values_list("recipient__language", flat=True)) == {"en", "fr"}
        assert OutboxMessage.objects.count() == Delivery.objects.count()

    def test_leave_misses_that_are_new_taken_note_of_and_closed_with_a_cause(self) -> None:
        assert not Breach.objects.historic().exists()
        found = Counter(Breach.objects.values_list("state", flat=True))
        assert min(found[BreachState.OPEN], found[BreachState.ACKNOWLEDGED], found[BreachState.RESOLVED]) > 0
        assert all(breach.note for breach in Breach.objects.filter(state=BreachState.RESOLVED))

    def test_leave_nothing_for_him_who_is_away(self) -> None:
        closed = Breach.objects.filter(assignee__email=ANTOINE.email, root_cause="on_leave")
        assert all(STAGE.is_away(ANTOINE, breach.missed_at) for breach in closed)


@pytest.mark.usefixtures("loaded")
class TestLoadingAgain:
    def test_changes_nothing_and_says_so(self) -> None:
        before = [
            model.objects.count() for model in (Ref, Event, RecordVersion, Clock, Breach, User, OutboxMessage)
        ]
        out, err = StringIO(), StringIO()
        call_command("demo", stdout=out, stderr=err)
        after = [
            model.objects.count() for model in (Ref, Event, RecordVersion, Clock, Breach, User, OutboxMessage)
        ]
        assert after == before
        assert "already here" in err.getvalue()
        assert "claire.martin@brumeval.example" in out.getvalue()


@pytest.mark.django_db
class TestRefusals:
    def test_a_hub_with_other_facts_is_left_alone(self) -> None:
        row = {"external_id": "1", "name": "Acme"}
        ingest(resource="accounts", source="hubspot", rows=[row], channel="test", as_of=AS_OF)
        with pytest.raises(NotEmptyError, match="hubspot"):
            load_demo(STAGE, progress=lambda instant, facts: None)
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--as-of", "yesterday"], "yesterday"),
            (["--days", "3"], "from 7 to 730"),
            (["--scale", "0"], "from 1 to 2000"),
        ],
    )
    def test_an_argument_that_makes_no_sense_is_refused_in_words(
        self, arguments: list[str], words: str
    ) -> None:
        with pytest.raises(CommandError, match=words):
            call_command("demo", *arguments)


@pytest.mark.usefixtures("loaded")
class TestFairness:
    def test_one_miss_is_argued_and_open_and_one_was_waived_by_the_other_team(self) -> None:
        disputed = Breach.objects.filter(state=BreachState.DISPUTED)
        waived = Breach.objects.filter(state=BreachState.WAIVED)

        assert [(len(one.disputes.all()), len(one.comments.all())) for one in disputed] == [(1, 1)]
        assert [one.disputes.get().decided_by.email for one in waived] == ["emma.clarke@brumeval.example"]
        assert Clock.objects.get(pk=waived[0].clock_id).state == ClockState.EXCLUDED

    def test_a_meeting_is_declared_and_a_holiday_has_its_cover(self) -> None:
        assert Declaration.objects.get().state == "pending"
        absence = Absence.objects.get()
        assert (absence.user.email, absence.cover.email) == (
            "julien.bernard@brumeval.example",
            "camille.durand@brumeval.example",
        )
        assert absence.during.lower > AS_OF
