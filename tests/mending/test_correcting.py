"""Mistakes in facts, put right: what changes, and that it stays so when the source says the same again."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from core.problems import Problem
from leads.correcting import correct, mark_deleted, merge, retract
from leads.ingestion import ingest
from leads.models import Contact, Event, ImpliedEvent, Lead, RecordVersion, Ref
from measurement.effects import effect_of
from measurement.judging import judge_all, judge_pending
from measurement.models import Clock
from tests.factories.leads import send
from tests.mending.snapshots import verdicts
from tests.pages.story import NOW

pytestmark = pytest.mark.django_db


def ref(name: str, type_: str = "contact") -> Ref:
    return Ref.objects.get(type=type_, external_id=name, source="crm")


def test_a_corrected_value_was_never_otherwise_and_stays_when_the_same_is_sent_again() -> None:
    old = {"external_id": "l1", "status": "mql", "origin": "web", "updated_at": "2026-03-02T09:00:00Z"}
    again = old | {"updated_at": "2026-03-03T09:00:00Z"}
    send("leads", old, again)
    assert ImpliedEvent.objects.filter(kind="lead.qualified").exists()
    correct(ref("l1", "lead"), field="status", value="inquiry", by="test", as_of=NOW)
    for _ in range(2):
        assert Lead.objects.get().status == "inquiry"
        assert not ImpliedEvent.objects.filter(kind="lead.qualified").exists()
        assert {v.fields["status"] for v in RecordVersion.objects.all()} == {"inquiry"}
        assert send("leads", again, old).unchanged == 2
    send(
        "leads", old | {"status": "mql", "updated_at": "2026-03-06T09:00:00Z"}, as_of=NOW + timedelta(days=1)
    )
    assert Lead.objects.get().status == "mql"  # said anew, later: a new fact


def test_with_an_instant_it_was_right_until_then() -> None:
    row = {"external_id": "c1", "persona": "cfo", "updated_at": "2026-03-02T09:00:00Z"}
    send("contacts", row, row | {"updated_at": "2026-03-04T09:00:00Z"})
    since = NOW - timedelta(days=2)
    correct(ref("c1"), field="persona", value="cto", since=since, by="test", as_of=NOW)
    said = RecordVersion.objects.order_by("valid_from").values_list("fields__persona", flat=True)
    assert list(said) == ["cfo", "cto", "cto"]
    assert Contact.objects.get().persona == "cto"


def test_what_nobody_said_is_said_from_the_beginning(story) -> None:
    story.contact("lea", owner=None)
    correct(ref("lea"), field="owner", value="paul", by="test", as_of=NOW)
    assert Contact.objects.get().owner_id == story.member("paul")
    assert RecordVersion.objects.filter(ref_id=ref("lea").pk).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("nonsense", "x", "field"),
        ("created_at", "yesterday", "value"),
        ("merged_into", "c2", "value"),
        ("email", 5, "value"),
    ],
)
def test_an_unusable_correction_is_refused_with_its_field(field, value, wrong) -> None:
    send("contacts", {"external_id": "c1"})
    with pytest.raises(Problem) as problem:
        correct(ref("c1"), field=field, value=value, by="test", as_of=NOW)
    assert problem.value.errors[0]["field"] == wrong


def test_a_correction_names_personal_values_nowhere_in_the_audit_trail() -> None:
    send("contacts", {"external_id": "c1", "name": "Lea", "persona": "cfo"})
    correct(ref("c1"), field="name", value="Léa Petit", by="test", as_of=NOW)
    correct(ref("c1"), field="persona", value="cto", by="test", as_of=NOW)
    values = [entry.after["value"] for entry in AuditEntry.objects.order_by("pk")]
    assert values == [None, "cto"]


def test_a_withdrawn_event_leaves_no_clock_and_a_second_time_is_refused(story) -> None:
    story.overdue("lea", owner="marie")
    story.sweep(NOW)
    event = Event.objects.get(kind="request.received")
    effect = effect_of(lambda: retract(event, by="test", as_of=NOW), as_of=NOW, keep=True)
    assert [(one.before, one.after) for one in effect.changes] == [("overdue", None)]
    judge_pending(as_of=NOW)
    assert not Clock.objects.exists()
    with pytest.raises(Problem):
        retract(Event.objects.get(pk=event.pk), by="test", as_of=NOW)


def test_a_deleted_record_cancels_what_runs_and_a_miss_stands(story) -> None:
    story.running("lea", owner="marie")
    story.overdue("tom", owner="marie")
    story.sweep(NOW)
    for name, expected in (("lea", ("running", "cancelled")), ("tom", ("overdue", "overdue"))):
        change = effect_of(
            lambda name=name: mark_deleted(ref(name), by="test", as_of=NOW), as_of=NOW, keep=True
        )
        states = [(one.before, one.after) for one in change.changes]
        assert states in ([expected], [])
    judge_pending(as_of=NOW)
    assert dict(Clock.objects.values_list("subject_id", "state")) == {
        ref("lea").pk: "cancelled",
        ref("tom").pk: "overdue",
    }


def test_a_merged_record_s_clocks_move_to_the_one_that_stays(story) -> None:
    story.overdue("lea", owner="marie")
    story.contact("lea2")
    story.sweep(NOW)
    act = effect_of(lambda: merge(ref("lea"), into=ref("lea2"), by="test", as_of=NOW), as_of=NOW, keep=True)
    (change,) = act.changes
    assert (change.subject_id, change.before, change.after) == (ref("lea2").pk, "overdue", "overdue")
    judge_pending(as_of=NOW)
    assert Clock.objects.get().subject_id == ref("lea2").pk
    with pytest.raises(Problem) as problem:
        merge(ref("lea2"), into=ref("lea"), by="test", as_of=NOW)
    assert problem.value.errors[0]["code"] == "merge_circle"


def test_all_that_is_judged_after_corrections_is_what_judging_afresh_gives(story) -> None:
    story.overdue("lea", owner="marie")
    story.contact("lea2")
    story.running("tom", owner="marie")
    story.sweep(NOW)
    correct(ref("tom"), field="owner", value="paul", by="test", as_of=NOW)
    merge(ref("lea"), into=ref("lea2"), by="test", as_of=NOW)
    retract(Event.objects.filter(kind="request.received").first(), by="test", as_of=NOW)
    judge_pending(as_of=NOW)
    kept = verdicts()
    judge_all(as_of=NOW)
    assert verdicts() == kept


def test_a_feed_is_not_taken_for_alive_because_somebody_corrected_it() -> None:
    from core.models import Heartbeat

    send("contacts", {"external_id": "c1"})
    seen = Heartbeat.objects.get(name="feed:crm:contacts").at
    mark_deleted(ref("c1"), by="test", as_of=seen + timedelta(days=1))
    assert Heartbeat.objects.get(name="feed:crm:contacts").at == seen


def test_another_source_s_record_cannot_take_it_in() -> None:
    send("contacts", {"external_id": "c1"})
    ingest(resource="contacts", source="erp", rows=[{"external_id": "c1"}], channel="api", as_of=NOW)
    with pytest.raises(Problem):
        merge(ref("c1"), into=Ref.objects.get(source="erp"), by="test", as_of=NOW)
