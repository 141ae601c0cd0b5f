"""People in the admin site."""

from people.admin import absences, invitations, sign_in, teams, tokens, users

__all__ = ["absences", "invitations", "sign_in", "teams", "tokens", "users"]
