"""The words of verdicts in English and French, side by side: both are always complete. Pure."""

LANGUAGES = ("en", "fr")
