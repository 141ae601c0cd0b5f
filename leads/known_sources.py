"""The sources that facts ever came from."""

from core.distinct import distinct_values
from leads.models import Event, Ref


def known_sources(of: type[Ref] | type[Event] = Ref) -> list[str]:
    """Every source of records, or of events, in order; one statement.

    They are indexed by source and id: whoever knows the id alone asks with all of these.
    """
    return distinct_values(of, "source")
