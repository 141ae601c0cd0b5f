"""What a clock or a unit is to a tally, as SQL: where it lies in time, whose it is, what state it is in."""

from collections.abc import Mapping

from measurement.enums import Tallied, TallyBy

#: A clock that runs is overdue once its deadline has passed; one without a deadline is told from it.
CLOCK_STATE = """CASE WHEN r.state <> 'running' THEN r.state WHEN r.due_at IS NULL THEN 'undated'
    WHEN r.due_at < %(as_of)s THEN 'overdue' ELSE 'running' END"""

TABLE: Mapping[Tallied, str] = {
    Tallied.DUE: "measurement_clock r",
    Tallied.HAPPENED: "measurement_unit r",
    Tallied.BEGAN: "measurement_unit r",
    Tallied.ENDED: "measurement_unit r",
}
INSTANT: Mapping[Tallied, str] = {
    Tallied.DUE: "COALESCE(r.due_at, r.started_at)",
    Tallied.HAPPENED: "r.at",
    Tallied.BEGAN: "r.at",
    Tallied.ENDED: "r.until",
}
WHICH: Mapping[Tallied, str] = {
    Tallied.DUE: "true",
    Tallied.HAPPENED: "NOT r.stretch",
    Tallied.BEGAN: "r.stretch",
    Tallied.ENDED: "r.stretch",
}
STATE: Mapping[Tallied, str] = dict.fromkeys(Tallied, "r.state") | {Tallied.DUE: CLOCK_STATE}
KEY: Mapping[TallyBy, str] = {
    TallyBy.OWNER: "COALESCE(r.owner_id::text, '')",
    TallyBy.ORIGIN: "COALESCE(r.origin, '')",
    TallyBy.REASON: "r.reason",
}
EVERY = (TallyBy.OWNER, TallyBy.ORIGIN, TallyBy.REASON)
#: Of clocks the state is the reason.
BYS: Mapping[Tallied, tuple[TallyBy, ...]] = dict.fromkeys(Tallied, EVERY) | {Tallied.DUE: EVERY[:2]}
#: Until when a unit may still come to have what it should; of the others nothing waits.
MATURES: Mapping[Tallied, str] = dict.fromkeys(Tallied, "NULL::timestamptz") | {
    Tallied.HAPPENED: "CASE WHEN r.state <> 'left_out' THEN r.matures_at END"
}
