"""Facts in the admin: to look at; a company's own kinds and reasons are kept here."""

from leads.admin import definitions, facts, figures, horizon, quarantine

__all__ = ["definitions", "facts", "figures", "horizon", "quarantine"]
