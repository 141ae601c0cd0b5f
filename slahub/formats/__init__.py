"""How dates and times are written: the day before the month, the hour from 0 to 23, in both languages."""
