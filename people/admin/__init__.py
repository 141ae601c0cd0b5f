"""People in the admin site."""

from people.admin import teams, tokens, users

__all__ = ["teams", "tokens", "users"]
