"""Agreements in the admin site: drafts are written here, what is signed is only shown."""

from agreements.admin import agreements, calendars, commitments, versions

__all__ = ["agreements", "calendars", "commitments", "versions"]
