"""Which days somebody means: for others neither zones nor periods of years can be worked out."""

from datetime import date

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2199, 12, 31)
