from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import retention


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from people import naming  # models are not there before
        from people.sign_in import acts  # likewise

        retention.register("looks at names", naming.purge_accesses)
        retention.register("sign-ins", acts.purge)
        # Importing it makes the extension known to drf-spectacular.
        from people.api import schema  # noqa: F401
