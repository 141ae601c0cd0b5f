"""Before signing: what the company's own last days would have given for a promise. Nothing is stored.

The promise is judged by the engine as if it had been in force, by the facts known now. A company of many
records is looked at by a sample, and the answer says so; ``progress`` is told after each step of the work.
"""

from measurement.preview.figures import Clocks, PeriodFigures, Window
from measurement.preview.looking import Preview, held_against, preview

__all__ = ["Clocks", "PeriodFigures", "Preview", "Window", "held_against", "preview"]
