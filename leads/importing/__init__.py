"""Files of facts: read (``files``), brought into our fields (``mapping``, ``conversion``), ingested
(``running``)."""

from leads.importing.mapping import MapError, Mapping, read_map
from leads.importing.running import FileImport, Outcome

__all__ = ["FileImport", "MapError", "Mapping", "Outcome", "read_map"]
