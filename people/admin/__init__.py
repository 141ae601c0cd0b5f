"""People in the admin site."""

from people.admin import absences, teams, tokens, users

__all__ = ["absences", "teams", "tokens", "users"]
