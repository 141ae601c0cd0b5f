"""What a clock is told as: the sentence, the pieces of time, the events, the owners."""

import json
from string import Formatter

import pytest

from leads.event_kinds import KINDS
from measurement.explanation import Labels, explain
from measurement.measures.response import measure
from measurement.segments import MOST
from measurement.wording.kinds import known_nouns
from measurement.wording.phrases import PHRASES, say
from tests.measurement.builders import (
    CONTACT,
    LONDON,
    MIA,
    NEVER,
    RAE,
    KnownWorld,
    at,
    call,
    fact,
    promise,
    request,
    selector,
    subject,
)

NOW = at("2026-05-01 09:00")
LABELS = Labels(
    members={RAE: "Rae"},
    kinds={"case.paused": {"en": "waiting for the customer", "fr": "en attente du client"}},
    holidays={"2026-04-03": "Good Friday", "2026-04-06": "Easter Monday"},
)
ENDS = {
    "pause": (selector("case.paused"),),
    "resume": (selector("case.resumed"),),
    "cancel": (selector("lead.rejected"),),
    "fail": (selector("call.abandoned"),),
}


def london(text):
    return at(text, "Europe/London")


EASTER = request(london("2026-04-02 16:30"))
WORLD = KnownWorld({(CONTACT, "owner"): [(at("2026-01-01 00:00"), RAE)]})
NOBODY = KnownWorld()
ASKED = "after the contact request of Thu 2 Apr 16:30, a call or a booked meeting"
DEADLINE = (
    "was due within 4 business hours, by Tue 7 Apr 12:00 "
    "(closed Fri 3 – Mon 6 Apr: Good Friday, Easter Monday)."
)


def told(*facts, world=WORLD, as_of=NOW, labels=LABELS, deleted_at=None, **terms):
    terms.setdefault("schedule", LONDON)
    promised = promise(terms.pop("within", "4 business hours"), **terms)
    (clock,) = measure([promised], subject(*facts, deleted_at=deleted_at), world, as_of=as_of)
    return explain(clock, promise=promised, as_of=as_of, labels=labels)


def sentence(*facts, **terms):
    return told(*facts, **terms)["sentence"]["en"]


class TestSentences:
    def test_done_too_late(self):
        world = KnownWorld(
            {(CONTACT, "owner"): [(at("2026-01-01 00:00"), None), (london("2026-04-07 09:00"), RAE)]}
        )
        explained = told(EASTER, fact("meeting.booked", london("2026-04-07 12:40"), actor=RAE), world=world)
        assert explained["sentence"]["en"] == (
            f"Done too late: {ASKED} {DEADLINE} "
            "First counted: a booked meeting by Rae, Tue 7 Apr 12:40, 40 min late. "
            "For 4 d 16 h of it nobody was assigned."
        )
        assert explained["sentence"]["fr"] == (
            "Fait en retard\u00a0: après la demande de contact du jeu. 2 avr. 16:30, il fallait un appel "
            "ou un rendez-vous pris sous 4 heures ouvrées, au plus tard le mar. 7 avr. 12:00 "
            "(fermé ven. 3 – lun. 6 avr.\u00a0: Good Friday, Easter Monday). "
            "Premier acte retenu\u00a0: un rendez-vous pris (Rae), mar. 7 avr. 12:40, 40 min de retard. "
            "Pendant 4 j 16 h, personne n'était responsable."
        )

    def test_kept(self):
        stop = fact("meeting.booked", london("2026-04-07 11:40"), actor=RAE)
        assert sentence(EASTER, stop) == (
            f"Kept: {ASKED} {DEADLINE} First counted: a booked meeting by Rae, Tue 7 Apr 11:40, "
            "20 min before the deadline."
        )

    def test_a_name_that_the_reader_may_not_see_is_a_member_of_the_team(self):
        stop = fact("meeting.booked", london("2026-04-07 12:00"), actor=RAE)
        assert sentence(EASTER, stop, labels=Labels()).endswith(
            "First counted: a booked meeting by a member of the team, Tue 7 Apr 12:00, at the very deadline."
        )

    @pytest.mark.parametrize(
        ("facts", "terms", "ending"),
        [
            (
                (),
                {},
                "yet, 151 h of business time (23 d 22 h by the clock) after the deadline.",
            ),
            (
                (),
                {"give_up": "5 days"},
                "Nothing counted until Sun 12 Apr 12:00, when the time to make up for it was over.",
            ),
            ((), {"within": "40 days"}, "by Tue 12 May 16:30. 11 d 6 h left."),
            ((), {"within": "31 days"}, "2 d 6 h left: at risk since Mon 27 Apr 10:52:30."),
            (
                (fact("lead.rejected", london("2026-04-02 17:00"), actor=RAE),),
                ENDS,
                "Closed by the rejection of the lead by Rae, Thu 2 Apr 17:00.",
            ),
            (
                (fact("lead.rejected", london("2026-04-07 13:00")),),
                ENDS,
                "only on Tue 7 Apr 13:00, 1 h after the deadline: the miss stands.",
            ),
            (
                (fact("call.abandoned", london("2026-04-02 17:00")),),
                ENDS,
                "Since the caller's hanging up, Thu 2 Apr 17:00, it can no longer be done.",
            ),
            (
                (fact("case.paused", london("2026-04-02 17:00")),),
                ENDS,
                "it stands still (“waiting for the customer”); the deadline will be set when it goes on.",
            ),
            (
                (
                    fact("case.paused", london("2026-04-02 17:00")),
                    fact("case.resumed", london("2026-04-02 17:10")),
                    call(london("2026-04-02 17:20")),
                ),
                ENDS,
                "before the deadline. It was suspended for 10 min, which does not count.",
            ),
            (
                (call(london("2026-04-01 10:00")),),
                {"early": "3 days"},
                "It was done before: a call by Rae, Wed 1 Apr 10:00, 1 d 6 h before the start.",
            ),
            (
                (call(london("2026-04-17 12:40"), first_seen=True),),
                {},
                "the call was already in it (Fri 17 Apr 12:40): nobody knows since when.",
            ),
            ((), {"schedule": NEVER}, "Its calendar has no open time to count in."),
        ],
    )
    def test_how_each_end_is_told(self, facts, terms, ending):
        assert sentence(EASTER, *facts, **terms).endswith(ending)

    def test_a_deleted_record(self):
        assert sentence(EASTER, deleted_at=london("2026-04-02 17:00")).endswith(
            "The record was deleted in the CRM on Thu 2 Apr 17:00."
        )
        assert sentence(EASTER, deleted_at=london("2026-04-07 13:00")).endswith(
            "The record was deleted only on Tue 7 Apr 13:00, 1 h after the deadline: the miss stands."
        )

    def test_acts_that_did_not_count_and_repeats_are_told(self):
        assert sentence(
            EASTER,
            call(london("2026-04-02 16:31"), data={"automatic": True}),
            call(london("2026-04-02 16:32"), actor=MIA),
            call(london("2026-04-02 16:33"), actor=None),
            request(london("2026-04-02 16:40")),
            call(london("2026-04-02 17:00")),
        ).endswith(
            "The same came once more meanwhile. "
            "The call of Thu 2 Apr 16:31 did not count: a machine did it. "
            "The call of Thu 2 Apr 16:32 did not count: somebody outside the team that owes did it. "
            "And 1 more: see the list."
        )

    def test_nobody_was_assigned_at_all(self):
        told_ = sentence(EASTER, call(london("2026-04-02 17:00")), world=NOBODY)
        assert told_.endswith("All that time nobody was assigned.")

    def test_the_same_business_day_and_another_year(self):
        start = request(london("2025-12-31 10:00"))
        text = sentence(start, within="0 business days", starts_at="2025-01-01 00:00")
        assert "contact request of Wed 31 Dec 2025 10:00" in text
        assert "is due the same business day, by Wed 31 Dec 2025 17:30." in text

    def test_it_is_told_as_it_stood_at_an_earlier_instant(self):
        explained = told(EASTER, call(london("2026-04-07 12:40")))
        assert explained["state"] == "late"
        promised = promise("4 business hours", schedule=LONDON)
        about = subject(EASTER, call(london("2026-04-07 12:40")))
        (clock,) = measure([promised], about, WORLD, as_of=NOW)
        before = explain(clock, promise=promised, as_of=london("2026-04-07 11:30"), labels=LABELS)
        assert (before["state"], [event["role"] for event in before["events"]]) == ("running", ["start"])
        assert before["sentence"]["en"].endswith("30 min left: at risk since Tue 7 Apr 11:00.")


class TestPieces:
    def test_the_segments_are_end_to_end_and_typed(self):
        explained = told(
            EASTER,
            fact("case.paused", london("2026-04-02 17:00")),
            fact("case.resumed", london("2026-04-02 17:10")),
            call(london("2026-04-07 12:40")),
            **ENDS,
        )
        pieces = [(piece["from"], piece["type"], piece["seconds"]) for piece in explained["segments"]]
        assert pieces == [
            ("2026-04-02T15:30:00Z", "open", 1_800),
            ("2026-04-02T16:00:00Z", "paused", 600),
            ("2026-04-02T16:10:00Z", "open", 1_200),
            ("2026-04-02T16:30:00Z", "closed", 401_400),
            ("2026-04-07T08:00:00Z", "open", 13_200),
        ]
        assert explained["segments"][-1]["to"] == "2026-04-07T11:40:00Z"

    def test_a_pause_over_closed_time_is_one_piece(self):
        explained = told(
            EASTER,
            fact("case.paused", london("2026-04-02 17:00")),
            fact("case.resumed", london("2026-04-07 10:00")),
            call(london("2026-04-07 11:00")),
            **ENDS,
        )
        assert [piece["type"] for piece in explained["segments"]] == ["open", "paused", "open"]

    def test_a_long_time_is_cut(self):
        explained = told(EASTER, as_of=at("2027-12-01 00:00"))
        assert len(explained["segments"]) == MOST + 1
        assert explained["segments"][-1]["type"] == "omitted"
        assert explained["segments"][-1]["to"] == "2027-12-01T00:00:00Z"

    def test_events_say_what_they_did(self):
        explained = told(
            EASTER, call(london("2026-04-02 16:40"), actor=None), call(london("2026-04-02 17:00"))
        )
        assert [
            (event["role"], event["what"]["en"], event["effect"]["en"], event["name"])
            for event in explained["events"]
        ] == [
            ("start", "the contact request", "starts the clock", None),
            ("ignored", "the call", "does not count: it does not say who did it", None),
            ("stop", "the call", "counts as done", "Rae"),
        ]

    def test_owners_have_their_seconds(self):
        world = KnownWorld(
            {(CONTACT, "owner"): [(at("2026-01-01 00:00"), None), (london("2026-04-02 16:40"), RAE)]}
        )
        owners = told(EASTER, call(london("2026-04-02 17:00")), world=world)["owners"]
        assert [(owner["name"], owner["seconds"]) for owner in owners] == [(None, 600), ("Rae", 1_200)]

    def test_the_clause_is_named(self):
        explained = told(EASTER, title={"en": "Inbound", "fr": "Demandes entrantes"})
        assert explained["version"] == 1
        assert explained["clause"] == {
            "commitment": "inbound",
            "agreement": "smarketing",
            "version": 1,
            "title": {"en": "Inbound", "fr": "Demandes entrantes"},
            "start": {"en": "a contact request", "fr": "une demande de contact"},
            "stop": {"en": "a call or a booked meeting", "fr": "un appel ou un rendez-vous pris"},
            "within": {"en": "4 business hours", "fr": "4 heures ouvrées"},
        }

    def test_it_is_ready_for_json(self):
        explained = told(EASTER, *(request(london(f"2026-04-02 16:{minute}")) for minute in range(31, 59)))
        assert json.loads(json.dumps(explained)) == explained
        assert explained["events"][-1]["effect"]["en"] == "3 more repeats and acts that do not count"


class TestWords:
    def test_every_phrase_says_the_same_in_both_languages(self):
        for key, texts in PHRASES.items():
            assert set(texts) == {"en", "fr"}, key
            asked = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts.values()]
            # One of the two may do without the type or the event, which its article tells already.
            assert asked[0] == asked[1], key

    def test_every_standard_kind_has_its_words(self):
        assert set(KINDS) <= known_nouns()

    def test_french_spaces_do_not_break(self):
        assert say("cancelled", "fr") == "Annulé"
        assert "\u00a0:" in say("ignored", "fr", event="L'appel", when="lun.", why="x")
        assert not any("manquement" in texts["fr"] for texts in PHRASES.values())
