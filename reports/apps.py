"""Reports meet the other rooms here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Registers what reports give through the seams."""

    name = "reports"
    verbose_name = _("Raportit")

    def ready(self) -> None:
        from common import seams
        from notifications.kinds import register_kind
        from reports import policies, todos  # noqa: F401  (policies register themselves)

        seams.todos.register("reports", todos.todos)
        register_kind(
            "reports.published",
            _("Uusi vuosiraportti"),
            help=_("Kun järjestöyhteistyön vuosiraportti on julkaistu ja toimielimesi lukee sen."),
        )
