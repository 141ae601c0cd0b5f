"""People: absences, covers, working hours, handing over."""

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from people.models import Absence
from tests.pages.story import NOW
from tests.roles.table import HIDDEN, NO, act, page

CHOOSING = "whoever is away chooses a cover among the people of their teams"


def oneself(house):
    return [house.marie.pk]


def colleague(house):
    return [house.paul.pk]


def absence(house):
    """Paul is away from tomorrow on."""
    during = DateTimeTZRange(NOW + timedelta(days=1), NOW + timedelta(days=9))
    return [Absence.objects.create(user=house.paul, during=during, created_at=NOW).pk]


OTHERS = {"rep": HIDDEN, "other": HIDDEN}

ENTRIES = [
    page("people", "people: one's own absences; a manager's team", names=CHOOSING),
    page("person", "oneself: absence, cover", oneself, other=HIDDEN, names=CHOOSING),
    page("person", "a colleague: absence, cover", colleague, **OTHERS),
    act("absence_take", "be away", oneself, other=HIDDEN),
    act("absence_take", "enter a colleague's absence", colleague, **OTHERS),
    act("absence_change", "change the cover of a colleague", absence, **OTHERS),
    act("absence_end", "end a colleague's absence", absence, **OTHERS),
    act("person_hand_over", "hand over what is open of a colleague", colleague, **OTHERS),
    act("person_hand_over", "hand over what is open of oneself", oneself, rep=NO, other=HIDDEN),
    page("working_hours", "one's own working hours", oneself, other=HIDDEN),
    page("working_hours", "a colleague's working hours", colleague, **OTHERS),
    act("working_hours", "enter one's own working hours", oneself, other=HIDDEN),
    act("working_hours", "enter a colleague's working hours", colleague, **OTHERS),
    act("working_hours_clear", "work as the team again", oneself, other=HIDDEN),
    act("working_hours_clear", "have a colleague work as the team again", colleague, **OTHERS),
]
