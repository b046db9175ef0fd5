from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from accounts.personal_data import personal_data
        from common import seams
        from notifications.kinds import register_kind
        from portal import policies  # noqa: F401  registers the permissions
        from portal.newsletters import KIND, newsletter_retention, own_newsletter_data

        seams.retention.register("portal.newsletter", newsletter_retention)
        personal_data.register("portal.newsletter", own_newsletter_data)
        register_kind(KIND, _("Järjestöyhteistyön uutiskirje, jonka olet tilannut"))
        register_kind("portal.newsletter_confirm", _("Uutiskirjeen tilauksen vahvistus"), required=True)
