"""The one way in for facts: REST, files and the demo all call ``ingest``.

The files are the steps, in this order: ``decode`` → ``validate_records`` / ``validate_events`` (against
``resources`` by ``checks``) → ``naming`` (references) → ``merge_events`` (``event_lines``, ``store_events``,
``event_marks``), or ``staging`` → ``merge_records`` → ``project`` (current columns, links, ``implied``
events, ``members``, ``survivors``) → ``quarantine``. However many rows there are, the statements are as many.
"""

from leads.ingestion.flow import ingest
from leads.ingestion.ripening import project_ripe
from leads.ingestion.summary import RowError, Summary

__all__ = ["RowError", "Summary", "ingest", "project_ripe"]
