"""A mail backend with an error of its own."""

from django.core.mail.backends.base import BaseEmailBackend


class Backend(BaseEmailBackend):
    def send_messages(self, email_messages: list) -> int:
        raise RuntimeError("half-way through the provider's API")
