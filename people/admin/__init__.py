"""People in the admin site."""

from people.admin import absences, sign_in, teams, tokens, users

__all__ = ["absences", "sign_in", "teams", "tokens", "users"]
