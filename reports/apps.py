"""Reports meet the other rooms here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Registers what reports give through the seams."""

    name = "reports"
    verbose_name = _("Raportit")

    def ready(self) -> None:
        from accounts.personal_data import personal_data
        from common import seams
        from notifications.kinds import register_kind
        from reports import policies, survey_seams, todos  # noqa: F401  (policies register themselves)
        from reports.area import load_goals
        from reports.calendar import reports_of_year
        from reports.keeping import own_report_data, report_retention
        from reports.matters import links_of_matters

        seams.todos.register("reports", todos.todos)
        seams.calendar.register("reports", reports_of_year)
        seams.todos.register("reports.goals", todos.goal_todos)
        seams.todos.register("reports.questions", todos.question_todos)
        seams.todos.register("reports.cooperation", todos.document_todos)
        seams.retention.register("reports", report_retention)
        personal_data.register("reports", own_report_data)
        seams.matter_links.register("reports", links_of_matters)
        seams.area.register("reports", load_goals)
        survey_seams.join()
        register_kind(
            "reports.published",
            _("Uusi vuosiraportti"),
            help=_("Kun järjestöyhteistyön vuosiraportti on julkaistu ja toimielimesi lukee sen."),
        )
        register_kind("reports.question_asked", _("Kysymys vuosiraportista"), roles={"coordinator"})
        register_kind(
            "reports.question_answered",
            _("Vastaus kysymykseesi vuosiraportista"),
            help=_("Kun koordinaattori on vastannut siihen, mitä kysyit vuosiraportista."),
        )
