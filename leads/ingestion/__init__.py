"""The one way in for facts: REST, files and the demo all call ``ingest``.

The files are the steps, in this order: ``decode`` → ``validate_records`` / ``validate_events`` (against
``resources`` by ``checks``) → ``naming`` (references) → ``merge_events`` (``event_lines``, ``store_events``,
``event_marks``), or ``staging`` → ``merge_records`` → ``project`` (current columns, links, ``implied`` events,
``members``, ``survivors``) → ``quarantine``. The number of statements does not depend on the number of rows.
"""

from leads.ingestion.flow import ingest
from leads.ingestion.ripening import project_ripe
from leads.ingestion.summary import RowError, Summary

__all__ = ["RowError", "Summary", "ingest", "project_ripe"]
