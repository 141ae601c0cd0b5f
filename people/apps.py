from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        # Importing it makes the extension known to drf-spectacular.
        from people.api import schema  # noqa: F401
