"""Every promise that units answer, read over weeks worked out by hand: facts in, readings out."""

import pytest

from measurement.judging import judge_all
from measurement.models import Reading
from tests.measurement.units_company import agree, judge, known_since, paris, people, read, told

pytestmark = pytest.mark.django_db


def contact(name: object, created: str, **more: object) -> None:
    row = {"external_id": f"c{name}", "account": "acme", "email": f"c{name}@example.org", "owner": "rae"}
    known_since("contacts", created, **{**row, "created_at": paris(created).isoformat(), **more})


def account(name: str = "acme", **more: object) -> None:
    known_since("accounts", "2020-01-01", external_id=name, name=name, **more)


def assert_judging_everything_changes_nothing(at: str) -> None:
    before = list(Reading.objects.order_by("id").values())
    judge_all(as_of=paris(at))
    assert list(Reading.objects.order_by("id").values()) == before


def test_new_contacts_are_asked_for_until_the_named_accounts_are_full() -> None:
    people()
    agree("new-contacts")
    account(named=True, contact_goal=8)
    account("other", named=False)
    for number, created in enumerate(
        [
            # five in the first week, room for three
            *("2026-03-30 10:00", "2026-03-31 10:00", "2026-04-01 10:00", "2026-04-02 10:00"),
            "2026-04-05 23:59",
            # Easter Monday's week: four open days, room for three: two come
            *("2026-04-07 10:00", "2026-04-08 10:00"),
            # room for one
            "2026-04-13 09:00",
        ]
    ):
        contact(number, created)
    contact("no-mail", "2026-04-08 11:00", email=None, account="other")
    contact("elsewhere", "2026-04-08 11:00", account="other")
    contact("by-mia", "2026-04-08 11:00", account="other", owner="mia")
    at = judge("2026-04-29 12:00")
    assert read("new-contacts", at) == [
        ("03-30", 5, None, 5, "kept"),
        ("04-06", 2, None, 3, "missed"),
        ("04-13", 1, None, 1, "kept"),
        ("04-20", 0, None, 0, "not_required"),
        ("04-27", 0, None, 0, "not_required"),
    ]
    assert_judging_everything_changes_nothing("2026-04-29 12:00")


def test_a_volume_keeps_pace_or_not_while_its_week_runs() -> None:
    people()
    agree("new-contacts")
    account(named=True)
    contact(1, "2026-04-07 10:00")
    pace = {
        "2026-04-06 09:00": "on_pace",
        "2026-04-07 23:00": "on_pace",
        "2026-04-08 01:00": "on_pace",  # one of four open days is gone, one of four contacts is there
        "2026-04-09 01:00": "at_risk",
        "2026-04-13 00:00": "missed",
    }
    judge("2026-04-06 09:00")
    found = {at: read("new-contacts", judge(at))[1] for at in pace}
    assert {at: row[-1] for at, row in found.items()} == pace
    assert {row[3] for row in found.values()} == {4}


def test_weeks_in_which_nothing_happened_are_missed() -> None:
    people()
    agree("meeting-listening")
    account()
    told(
        1, "meeting.held", "2026-04-08 10:00", account="acme", actor="rae", data={"attendees": ["rae", "mia"]}
    )
    told(2, "meeting.held", "2026-04-14 10:00", account="acme", actor="rae", data={"attendees": ["rae"]})
    at = judge("2026-04-20 08:00")
    assert read("meeting-listening", at) == [
        ("03-30", 0, None, 1, "missed"),
        ("04-06", 1, None, 1, "kept"),
        ("04-13", 0, None, 1, "missed"),
        ("04-20", 0, None, 1, "on_pace"),
    ]


def lead(name: str, *, origin: str = "marketing") -> None:
    known_since("leads", "2025-01-01", external_id=name, origin=origin, owner="rae")


def test_leads_count_once_a_month_and_not_when_their_data_was_bad() -> None:
    people()
    agree("mql-volume", start="2026-04-01")
    for number in range(1, 6):
        lead(f"l{number}")
        told(number, "lead.qualified", f"2026-04-{number + 1:02} 10:00", lead=f"l{number}", actor="mia")
    told("again", "lead.qualified", "2026-04-20 10:00", lead="l1", actor="mia")
    told("may", "lead.qualified", "2026-05-01 00:00", lead="l1", actor="mia")
    bad = {"reason": "duplicate"}
    told("bad", "lead.rejected", "2026-05-02 10:00", lead="l2", actor="rae", data=bad)
    told("fit", "lead.rejected", "2026-05-02 10:00", lead="l3", actor="rae", data={"reason": "not_icp"})
    at = judge("2026-06-02 08:00")
    assert read("mql-volume", at) == [
        ("04-01", 4, None, 3, "kept"),
        ("05-01", 1, None, 3, "missed"),
        ("06-01", 0, None, 3, "on_pace"),
    ]
    assert Reading.objects.get(period_start=paris("2026-04-01 00:00")).left_out == 2


def test_bad_data_is_a_share_of_the_decided_leads() -> None:
    people()
    agree("bad-data", start="2026-04-01")
    for number in range(1, 12):
        lead(f"l{number}")
        told(number, "lead.accepted", f"2026-04-{number + 1:02} 10:00", lead=f"l{number}", actor="rae")
    lead("l12")
    told(12, "lead.rejected", "2026-04-30 23:59", lead="l12", actor="rae", data={"reason": "duplicate"})
    lead("l13", origin="partner")
    told(13, "lead.rejected", "2026-04-20 10:00", lead="l13", actor="rae", data={"reason": "duplicate"})
    lead("l14")
    told(14, "lead.rejected", "2026-05-04 10:00", lead="l14", actor="rae", data={"reason": "test"})
    at = judge("2026-05-05 08:00")
    assert read("bad-data", at) == [
        ("04-01", 1, 12, 0.1, "kept"),  # 8.3 % is less than 10 %
        ("05-01", 1, 1, 0.1, "at_risk"),
    ]


def test_a_cohort_is_held_against_an_improved_baseline_once_its_time_is_up() -> None:
    people()
    agree("mql-to-meeting", start="2026-01-01")
    account()
    days = {  # the second half of 2025: two of ten met somebody; January: one of four; April: one of two
        **{f"b{number}": f"2025-{7 + number // 2:02}-{10 + number:02} 10:00" for number in range(10)},
        "j1": "2026-01-05 10:00",
        "j2": "2026-01-12 10:00",
        "j3": "2026-01-20 10:00",
        "j4": "2026-01-31 10:00",
        "a1": "2026-04-02 10:00",
        "a2": "2026-04-20 10:00",
    }
    for name, day in days.items():
        lead(name)
        told(name, "lead.qualified", day, lead=name, actor="mia")
    for name, day in {
        "b0": "2025-07-20 10:00",
        "b9": "2026-01-10 10:00",  # 11-19 + 30 days is over: too late
        "b3": "2025-08-20 10:00",
        "j1": "2026-02-04 10:00",  # to the second
        "j2": "2026-02-11 10:01",  # a minute late
        "a1": "2026-04-10 10:00",
    }.items():
        told(f"m-{name}", "meeting.held", day, lead=name, actor="rae")
    at = judge("2026-02-15 08:00")
    assert read("mql-to-meeting", at)[0] == ("01-01", 1, 2, 0.22, "maturing")  # the 20th and the 31st may yet
    at = judge("2026-05-10 08:00")
    assert read("mql-to-meeting", at) == [
        ("01-01", 1, 4, 0.22, "kept"),
        ("02-01", 0, 0, 0.22, "too_few"),
        ("03-01", 0, 0, 0.22, "too_few"),
        ("04-01", 1, 1, 0.23, "maturing"),  # a quarter later a point more; the 20th has ten days left
        ("05-01", 0, 0, 0.23, "too_few"),
    ]
    at = judge("2026-05-20 10:00")
    assert read("mql-to-meeting", at)[3] == ("04-01", 1, 2, 0.23, "kept")
    assert_judging_everything_changes_nothing("2026-05-20 10:00")


def test_a_baseline_that_comes_late_moves_every_target() -> None:
    people()
    agree("mql-to-meeting", start="2026-01-01")
    lead("j1")
    told("j1", "lead.qualified", "2026-01-05 10:00", lead="j1", actor="mia")
    at = judge("2026-03-10 08:00")
    assert [row[3:] for row in read("mql-to-meeting", at)] == [(None, "unmeasurable")] * 3
    lead("b1")
    told("b1", "lead.qualified", "2025-12-31 23:30", lead="b1", actor="mia")
    at = judge("2026-03-10 09:00")
    assert [row[3:] for row in read("mql-to-meeting", at)] == [
        (0.02, "missed"),
        (0.02, "too_few"),
        (0.02, "too_few"),
    ]
    assert_judging_everything_changes_nothing("2026-03-10 09:00")


def test_buyer_roles_are_read_at_the_end_of_each_day() -> None:
    people()
    agree("buyer-roles", start="2026-03-27")
    account(tier=1)
    account("two", tier=2)
    for number in range(4):
        contact(number, "2026-01-10 10:00", buyer_role="champion")
    contact(4, "2026-02-27 12:00")  # thirty days old on Sunday the 29th, when the clocks go forward
    contact(5, "2026-01-10 10:00", account="two")
    known_since("contacts", "2026-03-30 10:00", external_id="c3", buyer_role="other")
    gone = "2026-03-31 23:00"
    known_since("contacts", gone, external_id="c0", deleted_at=paris(gone).isoformat())
    at = judge("2026-04-01 12:00")
    assert read("buyer-roles", at) == [
        ("03-27", 4, 4, 0.75, "kept"),
        ("03-28", 4, 4, 0.75, "kept"),
        ("03-29", 4, 5, 0.75, "kept"),  # 80 %
        ("03-30", 3, 5, 0.75, "missed"),
        ("03-31", 2, 4, 0.75, "missed"),
        ("04-01", 2, 4, 0.75, "at_risk"),
    ]
    assert_judging_everything_changes_nothing("2026-04-01 12:00")


def test_the_chat_is_staffed_in_a_short_week_and_in_one_that_runs() -> None:
    people()
    agree("web-chat")
    number = 0

    def present(day: str, first: str, last: str | None, who: str = "rae") -> None:
        nonlocal number
        number += 1
        told(f"on{number}", "chat.online", f"{day} {first}", actor=who)
        if last:
            told(f"off{number}", "chat.offline", f"{day} {last}", actor=who)

    for day in ("2026-04-07", "2026-04-08", "2026-04-09"):  # the week of Easter Monday: 32 agreed hours
        present(day, "08:45", "12:30")
        present(day, "13:00", "18:15")
    present("2026-04-10", "09:00", "12:30")
    present("2026-04-10", "10:00", "12:00", "sam")  # two at once are one
    present("2026-04-10", "14:00", None, "sam")  # left open: closed with the window at 18:00
    present("2026-04-10", "09:00", "18:00", "mia")  # of marketing
    present("2026-04-13", "09:00", "12:00")
    at = judge("2026-04-13 11:00")
    hour = 3600
    assert read("web-chat", at) == [
        ("03-30", 0, 40 * hour, 0.95, "missed"),
        ("04-06", int(31.5 * hour), 32 * hour, 0.95, "kept"),  # 98.4 %
        ("04-13", 2 * hour, 2 * hour, 0.95, "on_pace"),
    ]
