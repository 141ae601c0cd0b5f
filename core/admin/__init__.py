"""The ground floor in the admin site."""

from core.admin import records

__all__ = ["records"]
