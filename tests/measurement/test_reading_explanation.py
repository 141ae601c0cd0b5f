"""A reading is explained by the rows that it counts; they add up to its headline, whatever the kind."""

from datetime import datetime
from typing import Any

import pytest

from measurement.models import Reading
from measurement.reading_explanation import Page, explain_reading
from tests.factories.agreements import SIMPLE, signed
from tests.measurement.units_company import BEFORE, agree, judge, known_since, people, told

pytestmark = pytest.mark.django_db

HOUR = 3600


def explained(key: str, at: datetime, number: int = 0, **more: Any) -> dict[str, Any]:
    """The explanation of a commitment's reading, counted from the first period."""
    reading = Reading.objects.filter(commitment_key=key).order_by("period_start", "each")[number]
    return explain_reading(reading, as_of=at, **more)


def lead(name: str, qualified: str, *, met: str | None = None) -> None:
    known_since("leads", "2025-01-01", external_id=name, owner="rae", origin="marketing")
    told(name, "lead.qualified", qualified, lead=name, actor="mia")
    if met:
        told(f"m-{name}", "meeting.held", met, lead=name, actor="rae")


def busy() -> datetime:
    """Something of everything, in January 2026 and in the second half of 2025."""
    people()
    agree("mql-to-meeting", "bad-data", "mql-volume", "buyer-roles", "web-chat", start="2026-01-01")
    signed(SIMPLE.replace("smarketing", "simple").replace("key: inbound", "key: answers"), as_of=BEFORE)
    known_since("accounts", "2020-01-01", external_id="acme", name="Acme", tier=1)
    for number in range(6):
        row = {"external_id": f"c{number}", "account": "acme", "created_at": "2025-11-01T00:00:00Z"}
        known_since("contacts", "2025-11-01", **row, buyer_role="champion" if number < 4 else None)
        told(f"r{number}", "request.received", f"2026-01-{number + 5:02} 10:00", contact=f"c{number}")
        if number % 2:
            told(
                f"a{number}", "call.made", f"2026-01-{number + 5:02} 11:00", contact=f"c{number}", actor="rae"
            )
    for number in range(10):
        met = f"2025-08-{number + 12:02} 10:00" if number < 2 else None
        lead(f"b{number}", f"2025-08-{number + 10:02} 10:00", met=met)
        met = f"2026-01-{number + 12:02} 10:00" if number < 5 else None
        lead(f"l{number}", f"2026-01-{number + 10:02} 10:00", met=met)
        accepted = "lead.rejected" if number in (3, 4) else "lead.accepted"
        data = {"reason": "duplicate" if number == 3 else "no_budget"} if number in (3, 4) else {}
        told(
            f"d{number}",
            accepted,
            f"2026-01-{number + 13:02} 10:00",
            lead=f"l{number}",
            actor="rae",
            data=data,
        )
    told("again", "lead.qualified", "2026-01-25 10:00", lead="l5", actor="mia")
    for day in range(5, 9):
        told(f"on{day}", "chat.online", f"2026-01-0{day} 09:00", actor="rae")
        told(f"off{day}", "chat.offline", f"2026-01-0{day} 12:00", actor="rae")
        told(f"son{day}", "chat.online", f"2026-01-0{day} 11:00", actor="sam")
        told(f"soff{day}", "chat.offline", f"2026-01-0{day} 18:00", actor="sam")
        told(f"mon{day}", "chat.online", f"2026-01-0{day} 17:00", actor="mia")
        told(f"moff{day}", "chat.offline", f"2026-01-0{day} 18:00", actor="mia")
    return judge("2026-02-13 12:00")


def everything(reading: Reading, at: datetime, size: int) -> dict[str, list[Any]]:
    """All rows of an explanation, page by page."""
    found: dict[str, list[Any]] = {"counted": [], "maturing": [], "left_out": []}
    number = 1
    while True:
        page = explain_reading(reading, as_of=at, page=Page(number, size))
        for part in ("counted", "maturing"):
            found[part] += page[part]
        found["left_out"] += [row for group in page["left_out"] for row in group["rows"]]
        if number == page["pages"]:
            return found
        number += 1


def assert_adds_up(reading: Reading, at: datetime, size: int) -> None:
    page = explain_reading(reading, as_of=at, page=Page(1, size))
    rows, head = everything(reading, at, size), page["headline"]
    assert {part: len(found) for part, found in rows.items()} == page["numbers"]
    assert (head["maturing"], head["left_out"]) == (len(rows["maturing"]), len(rows["left_out"]))
    assert sum(group["number"] for group in page["left_out"]) == head["left_out"]
    if reading.commitment.kind == "coverage":
        assert sum(row["seconds"] for row in rows["counted"]) == head["numerator"]
        assert head["numerator"] + sum(gap["seconds"] for gap in page["gaps"]) == head["denominator"]
        return
    assert sum(row["state"] in ("having", "met") for row in rows["counted"]) == head["numerator"]
    if head["denominator"] is not None:
        assert len(rows["counted"]) == head["denominator"]


def test_the_rows_of_every_reading_add_up_to_its_headline() -> None:
    at = busy()
    readings = list(Reading.objects.select_related("commitment"))
    assert {reading.commitment_key for reading in readings} == {
        *("mql-to-meeting", "bad-data", "mql-volume", "buyer-roles", "web-chat", "answers")
    }
    for reading in readings:
        assert_adds_up(reading, at, size=3)


def test_a_cohort_says_what_it_counted_and_how_its_target_came_about() -> None:
    found = explained("mql-to-meeting", busy())
    assert found["sentence"]["en"] == (
        "Too early to judge: of 5 (a handoff as MQL) from Thu 1 Jan to Sat 31 Jan, 5 had a meeting held"
        " within 30 days: 100 %. The target is at least 22 %. It is held against the baseline of 20 %"
        " (2 of 10, Tue 1 Jul 2025 to Wed 31 Dec 2025), + 2 points. One more was left out."
        " 5 more are not judged yet: their time is not up. The difference from the baseline, +80.0 points,"
        " is more than chance (between +26.6 and +94.3 with 95 % confidence)."
    )
    assert found["target"]["expected"] == 0.22
    assert found["target"]["baseline"]["denominator"] == 10
    assert found["significance"]["more_than_chance"]
    assert found["left_out"][0]["text"] == {
        "en": "counted once already in this period",
        "fr": "déjà compté dans cette période",
    }
    first = found["counted"][0]
    assert (first["subject"], first["state"], first["link"]) == (
        "crm:l0",
        "having",
        "/api/v1/leads/?source=crm&external_id=l0",
    )
    assert [(one["role"], one["fact"]) for one in first["events"]] == [
        ("counted", "crm:xl0"),
        ("having", "crm:xm-l0"),
    ]


def test_coverage_lists_when_nobody_was_there() -> None:
    found = explained("web-chat", busy(), 1)  # the week of Monday the 5th
    assert found["headline"]["numerator"] == 32 * HOUR
    assert [(f"{gap['from']:%d %H:%M}", gap["seconds"]) for gap in found["gaps"]] == [
        ("09 08:00", 3.5 * HOUR),
        ("09 12:30", 4.5 * HOUR),
    ]
    assert found["sentence"]["en"] == (
        "Not kept: 32 h of 40 h agreed hours were staffed from Mon 5 Jan to Sun 11 Jan: 80 %."
        " The target is at least 95 %. 4 more were left out. Nobody was there 2 times, for 8 h in all."
    )
    assert found["left_out"][0]["reason"] == "other_team"


SENTENCES = {
    "bad-data": {
        "en": "Not kept: of 10 (an acceptance or a rejection) from Thu 1 Jan to Sat 31 Jan, 1 were as the"
        " promise says: 10 %. The target is less than 10 %.",
        "fr": "Non tenu\u00a0: sur 10 (une acceptation ou un rejet) du jeu. 1er janv. au sam. 31 janv.,"
        " 1 répondent à l'engagement\u00a0: 10 %. L'objectif est moins de 10 %.",
    },
    "mql-volume": {
        "en": "Kept: 9 counted from Thu 1 Jan to Sat 31 Jan (a handoff as MQL). The target is at least 3."
        " 2 more were left out.",
        "fr": "Tenu\u00a0: 9 comptés du jeu. 1er janv. au sam. 31 janv. (un transfert comme MQL)."
        " L'objectif est au moins 3. 2 autres sont écartés.",
    },
    "buyer-roles": {
        "en": "Not kept: at the end of Thu 1 Jan, 4 of 6 contacts had what was promised: 66.7 %."
        " The target is more than 75 %.",
        "fr": "Non tenu\u00a0: à la fin du jeu. 1er janv., 4 sur 6 contacts avaient ce qui était promis"
        "\u00a0: 66,7 %. L'objectif est plus de 75 %.",
    },
    "answers": {
        "en": "Not kept: of 6 due from Thu 1 Jan to Sat 31 Jan, 3 were kept: 50 %."
        " The target is at least 100 %.",
        "fr": "Non tenu\u00a0: sur 6 à échéance du jeu. 1er janv. au sam. 31 janv., 3 tenus\u00a0: 50 %."
        " L'objectif est au moins 100 %.",
    },
}


def test_each_kind_is_told_in_both_languages() -> None:
    at = busy()
    assert {key: explained(key, at)["sentence"] for key in SENTENCES} == SENTENCES


def test_names_are_shown_to_those_who_may_see_them() -> None:
    at = busy()
    row = explained("mql-to-meeting", at)["counted"][0]
    assert (row["owner"], row["events"][0]["name"]) == (None, None)
    row = explained("mql-to-meeting", at, may_see=lambda user: True)["counted"][0]
    assert (row["owner"], row["events"][0]["name"]) == ("mia@example.com", "mia@example.com")
