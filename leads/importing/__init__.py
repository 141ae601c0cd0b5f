"""Files of facts: read as rows of text (``files``), brought into our fields (``mapping``, ``conversion``), ingested."""

from leads.importing.mapping import MapError, Mapping, read_map
from leads.importing.running import FileImport, Outcome

__all__ = ["FileImport", "MapError", "Mapping", "Outcome", "read_map"]
