from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    name = "grants"

    def ready(self) -> None:
        self._register_calls()
        self._register_applications()
        self._register_handling()
        self._register_money()
        self._register_public_data()
        self._register_retention()
        self._register_case_work()
        self._register_partners()
        self._register_statements()
        self._register_agreements()
        self._register_changes()
        self._register_negotiations()

    def _register_negotiations(self) -> None:
        from common import seams
        from grants.negotiation_reminders import continuity_reminders, negotiation_panel, negotiation_reminders
        from grants.todos_negotiations import negotiation_todos
        from notifications.kinds import register_kind

        seams.todos.register("grants.negotiations", negotiation_todos)
        seams.panels.register("grants.negotiations", negotiation_panel)
        seams.reminders.register("grants.negotiations", negotiation_reminders)
        seams.reminders.register("grants.continuity", continuity_reminders)
        register_kind("grants.negotiation", _("Neuvottelu avustuksesta etenee"))
        register_kind(
            "grants.negotiation_reminder",
            _("Muistutus neuvottelusta, joka odottaa"),
            help=_("Kahden viikon välein, kun vuoro on sinulla."),
        )
        register_kind("grants.cofunding", _("Muun rahoittajan päätös on kirjattu"), roles=("coordinator",))
        register_kind("grants.continuity", _("Toiminnan jatko hankkeen jälkeen"))
        register_kind(
            "grants.continuity_reminder",
            _("Muistutus toiminnan jatkosta"),
            help=_("Kaksi viikkoa ennen määräpäivää ja sen jälkeen kerran."),
        )

    def _register_agreements(self) -> None:
        from common import seams
        from grants import (  # noqa: F401 - fills the register of life cycles
            life_cycles_agreement_reports,
            life_cycles_agreements,
        )
        from grants.agreement_area import load_agreement_kinds
        from grants.agreement_panels import agreements_panel, origin_panel
        from grants.agreement_reminders import agreement_reminders
        from grants.agreement_report_reminders import agreement_report_reminders, agreement_report_todos
        from grants.calendar import agreement_calendar
        from grants.todos_agreements import agreement_todos
        from notifications.kinds import register_kind

        seams.area.register("grants.agreements", load_agreement_kinds)
        seams.panels.register("grants.agreements", agreements_panel)
        seams.panels.register("grants.agreement_origins", origin_panel)
        seams.reminders.register("grants.agreements", agreement_reminders)
        seams.todos.register("grants.agreements", agreement_todos)
        seams.reminders.register("grants.agreement_reports", agreement_report_reminders)
        seams.todos.register("grants.agreement_reports", agreement_report_todos)
        seams.calendar.register("grants.agreements", agreement_calendar)
        register_kind("grants.agreement_report", _("Sopimusraportti saapuu, palautetaan tai hyväksytään"))
        register_kind(
            "grants.agreement_report_reminder",
            _("Muistutus sopimusraportista"),
            help=_("Kuukautta, viikkoa ja päivää ennen määräpäivää ja sen jälkeen."),
        )
        register_kind("grants.agreement", _("Sopimus hyvinvointialueen ja järjestön välillä etenee"))
        register_kind(
            "grants.agreement_reminder",
            _("Muistutus päättyvästä sopimuksesta"),
            help=_("Puoli vuotta ennen sopimuksen viimeistä päivää."),
        )

    def _register_changes(self) -> None:
        from common import seams
        from grants.todos_changes import change_todos
        from notifications.kinds import register_kind

        seams.todos.register("grants.changes", change_todos)
        register_kind("grants.change", _("Muutoshakemuksen vaiheet ja päätös"), required=True)
        register_kind("grants.change_arrived", _("Avustuksen muutosta haetaan"), roles=("coordinator",))

    def _register_partners(self) -> None:
        from common import seams
        from grants.todos_partners import partner_todos
        from notifications.kinds import register_kind

        seams.todos.register("grants.partners", partner_todos)
        register_kind("grants.joint_asked", _("Järjestönne osuutta yhteishakemuksessa pyydetään vahvistamaan"))
        register_kind("grants.joint_answered", _("Kumppani on vastannut yhteishakemuksesta"))
        register_kind("grants.joint_told", _("Yhteishakemus, jossa olette kumppanina, etenee"), required=True)

    def _register_statements(self) -> None:
        from common import seams
        from grants.statements import statement_panel, statement_reminders, statement_todos
        from notifications.kinds import register_kind

        seams.panels.register("grants.statements", statement_panel)
        seams.todos.register("grants.statements", statement_todos)
        seams.reminders.register("grants.statements", statement_reminders)
        register_kind("grants.statement_asked", _("Sinulta pyydetään lausuntoa avustushakemuksesta"))
        register_kind("grants.statement_cancelled", _("Lausuntoasi ei enää tarvita"))
        register_kind("grants.statement_answered", _("Lausuntopyyntöön on vastattu"), roles=("coordinator",))
        register_kind(
            "grants.statement_reminder",
            _("Muistutus lausunnosta"),
            help=_("Kolme päivää ennen määräpäivää."),
        )

    def _register_case_work(self) -> None:
        from common import seams
        from grants.supplement_reminders import own_supplement_todos, supplement_reminders
        from grants.workflow.case_bundles import bundle_retention
        from notifications.kinds import register_kind

        seams.todos.register("grants.supplements", own_supplement_todos)
        seams.retention.register("grants.bundles", bundle_retention)
        seams.reminders.register("grants.supplements", supplement_reminders)
        register_kind("grants.supplement_asked", _("Hakemusta täytyy täydentää tai teitä kuullaan"), required=True)
        register_kind("grants.supplement_reminder", _("Muistutus täydennyksestä"), required=True)
        register_kind("grants.supplement_cancelled", _("Täydennyspyyntö on peruttu"))
        register_kind("grants.supplement_sent", _("Täydennys on saapunut"), required=True)
        register_kind("grants.supplement_arrived", _("Hakija on täydentänyt hakemusta"), roles=("coordinator",))
        register_kind("grants.case_message", _("Viesti hakemuksestanne"))
        register_kind("grants.case_reply", _("Hakija on kirjoittanut asiassa"), roles=("coordinator",))
        register_kind("grants.case_transferred", _("Hakemus on siirretty toiselle viranomaiselle"), required=True)

    def _register_public_data(self) -> None:
        from common import seams
        from grants import life_cycles_public  # noqa: F401 - fills the register of life cycles
        from grants.earlier_grants import earlier_retention

        seams.retention.register("grants.earlier", earlier_retention)

    def _register_retention(self) -> None:
        from common import seams
        from grants.retention import erasure_reminders
        from grants.workflow.erasure import case_retention
        from notifications.kinds import register_kind

        seams.retention.register("grants.cases", case_retention)
        seams.reminders.register("grants.erasure", erasure_reminders)
        register_kind(
            "grants.erasure_notice",
            _("Hakemuksenne hävitetään palvelusta"),
            help=_("60 ja 14 päivää ennen: ehditte ladata oman kopion."),
        )

    def _register_calls(self) -> None:
        from common import seams
        from grants import policies  # noqa: F401 - fills the register of permissions
        from grants.area import load_grant_kinds
        from grants.calendar import call_calendar, register_call_news
        from grants.search import search_calls
        from grants.todos_calls import call_todos, question_todos
        from notifications.kinds import register_kind

        seams.area.register("grants", load_grant_kinds)
        seams.todos.register("grants.calls", call_todos)
        seams.todos.register("grants.questions", question_todos)
        seams.search.register("grants.calls", search_calls)
        seams.calendar.register("grants.calls", call_calendar)
        register_call_news()
        register_kind("grants.question_asked", _("Hausta kysytään"), roles=("coordinator",))
        register_kind("grants.question_answered", _("Kysymykseesi hausta on vastattu"), required=True)
        register_kind("grants.question_published", _("Hakua, jossa sinulla on hakemus kesken, on tarkennettu"))
        register_kind("grants.call_extended", _("Hakuaikaa on jatkettu"), required=True)
        register_kind("grants.call_cancelled", _("Haku on peruttu"), required=True)

    def _register_applications(self) -> None:
        from common import seams
        from grants.merging import register_grant_rules
        from grants.reminders import draft_reminders, promise_reminders
        from grants.todos_applications import draft_todos
        from notifications.kinds import register_kind

        register_grant_rules()
        seams.todos.register("grants.applications", draft_todos)
        seams.reminders.register("grants.drafts", draft_reminders)
        seams.reminders.register("grants.promises", promise_reminders)
        register_kind("grants.receipt", _("Hakemus on saapunut"), required=True)
        register_kind("grants.paper_receipt", _("Paperihakemus on saapunut ja kirjattu"), required=True)
        register_kind("grants.restored", _("Aiemmin lähetetty hakemus käsitellään"), required=True)
        register_kind(
            "grants.draft_reminder",
            _("Muistutus lähettämättömästä hakemuksesta"),
            help=_("Viikkoa, kahta päivää ja päivää ennen haun päättymistä."),
        )
        register_kind(
            "grants.promise_reminder",
            _("Muistutus myöhemmin toimitettavasta liitteestä"),
            help=_("Kolme päivää ennen päivää, jonka järjestö on luvannut."),
        )

    def _register_money(self) -> None:
        from common import seams
        from grants.agreement_statistics import agreement_figures
        from grants.panels import county_panel, own_panel
        from grants.process_statistics import process_figures
        from grants.statistics import figures
        from grants.support import support_rows
        from grants.todos_batches import batch_todos
        from grants.todos_money import officer_todos, own_todos
        from grants.use_report_reminders import use_report_reminders
        from notifications.kinds import register_kind

        seams.panels.register("grants", own_panel)
        seams.panels.register("grants.county", county_panel)
        seams.statistics.register("grants", figures)
        seams.statistics.register("grants.process", process_figures)
        seams.statistics.register("grants.agreements", agreement_figures)
        seams.support.register("grants", support_rows)
        seams.todos.register("grants.use_reports", own_todos)
        seams.todos.register("grants.money", officer_todos)
        seams.todos.register("grants.batches", batch_todos)
        seams.reminders.register("grants.use_reports", use_report_reminders)
        register_kind("grants.comment", _("Järjestöstänne on kommentoitu hakemusta"))
        register_kind("grants.payment", _("Avustus on maksettu"))
        register_kind("grants.account_missing", _("Avustuksen maksaminen odottaa tilinumeroa"))
        register_kind("grants.use_report", _("Käyttöselvityksen vaiheet"))
        register_kind(
            "grants.use_report_reminder",
            _("Muistutus käyttöselvityksestä"),
            help=_("Kuukautta, viikkoa ja päivää ennen määräpäivää. Myöhästyneestä muistutetaan aina."),
        )

    def _register_handling(self) -> None:
        from common import seams
        from grants.municipal import municipal_panel, municipal_todos
        from grants.panels import meeting_panel
        from grants.roles import case_roles
        from grants.todos_decisions import decision_todos
        from grants.todos_handling import handling_todos
        from grants.todos_officials import official_todos
        from grants.todos_recoveries import recovery_todos
        from grants.todos_state_aid import aid_todos
        from grants.votes import votes_of_matters
        from grants.workflow.conflicts import follow_withdrawal
        from notifications.kinds import register_kind

        seams.panels.register("grants.meeting", meeting_panel)
        seams.withdrawals.register("grants", follow_withdrawal)
        seams.votes.register("grants", votes_of_matters)
        seams.panels.register("grants.municipal", municipal_panel)
        seams.todos.register("grants.municipal", municipal_todos)
        seams.roles.register("grants", case_roles)
        seams.todos.register("grants.handling", handling_todos)
        seams.todos.register("grants.officials", official_todos)
        seams.todos.register("grants.decisions", decision_todos)
        seams.todos.register("grants.recoveries", recovery_todos)
        seams.todos.register("grants.state_aid", aid_todos)
        register_kind("grants.assessor", _("Sinut on nimetty arvioijaksi"), required=True)
        register_kind("grants.opinion_asked", _("Kunnan kantaa hakemuksiin kysytään"))
        register_kind("grants.official", _("Sinut on nimetty päättämään avustuksista"), required=True)
        register_kind("grants.laid", _("Avustukset odottavat päätöstäsi"), required=True)
        register_kind("grants.decision", _("Päätös hakemukseen"), required=True)
        register_kind("grants.claim", _("Oikaisuvaatimus on saapunut tai ratkaistu"), required=True)
        register_kind("grants.recovery", _("Avustuksen takaisinperintä"), required=True)
