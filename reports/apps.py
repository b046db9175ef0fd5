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
        from reports.area import load_goals
        from reports.calendar import reports_of_year

        seams.todos.register("reports", todos.todos)
        seams.calendar.register("reports", reports_of_year)
        seams.todos.register("reports.goals", todos.goal_todos)
        seams.area.register("reports", load_goals)
        register_kind(
            "reports.published",
            _("Uusi vuosiraportti"),
            help=_("Kun järjestöyhteistyön vuosiraportti on julkaistu ja toimielimesi lukee sen."),
        )
