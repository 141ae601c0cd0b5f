"""Which record an event belongs to: one, or none."""

import pytest

from measurement.measures.homes import home_of, home_types
from tests.measurement.builders import ACCOUNT, CAMPAIGN, CONTACT, DEAL, LEAD, MIA, fact
from tests.measurement.counted import SUBJECT_TYPES

EVERYTHING = {"account": ACCOUNT, "contact": CONTACT, "lead": LEAD, "deal": DEAL, "campaign": CAMPAIGN}

HOMES = [
    ("meeting.listened", EVERYTHING, MIA, ("account", ACCOUNT)),
    ("meeting.listened", {"deal": DEAL, "contact": CONTACT, "lead": LEAD}, MIA, ("deal", DEAL)),
    ("meeting.listened", {"contact": CONTACT, "lead": LEAD}, MIA, ("lead", LEAD)),
    ("meeting.listened", {"contact": CONTACT, "campaign": CAMPAIGN}, MIA, ("contact", CONTACT)),
    ("meeting.listened", {"campaign": CAMPAIGN}, MIA, ("campaign", CAMPAIGN)),
    ("meeting.listened", {}, MIA, ("member", MIA)),
    ("meeting.listened", {}, None, None),
    ("call.made", {"contact": CONTACT, "lead": LEAD}, MIA, ("lead", LEAD)),
    ("call.made", {"contact": CONTACT, "account": ACCOUNT}, MIA, ("contact", CONTACT)),
    ("contact.joined", {"contact": CONTACT, "account": ACCOUNT}, None, ("contact", CONTACT)),
    ("lead.qualified", {"contact": CONTACT}, None, ("contact", CONTACT)),
    ("chat.online", {"contact": CONTACT}, MIA, ("member", MIA)),
    ("chat.online", {"contact": CONTACT}, None, ("contact", CONTACT)),
    ("our.own_kind", {"deal": DEAL, "lead": LEAD}, MIA, ("lead", LEAD)),
]


@pytest.mark.parametrize(("kind", "refs", "actor", "home"), HOMES)
def test_an_event_belongs_to_the_first_record_of_its_kind_that_it_names(kind, refs, actor, home):
    event = fact(kind, "10:00", actor=actor, refs=refs)
    assert home_of(event, SUBJECT_TYPES) == home
    assert home is None or home[0] in home_types([kind], SUBJECT_TYPES)
