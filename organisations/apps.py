from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "organisations"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        import organisations.policies  # noqa: F401 (registers the named permissions)
        from accounts.personal_data import personal_data
        from common import seams
        from notifications.kinds import register_kind
        from organisations import activity_panel, relations
        from organisations.contact_retention import contact_retention
        from organisations.handout_statistics import handout_figures
        from organisations.merge_rules import register_own_rules
        from organisations.personal_data import own_data
        from organisations.reminders import confirmation_reminders
        from organisations.retention import registry_retention
        from organisations.roles import membership_roles
        from organisations.search import hits
        from organisations.statistics import figures
        from organisations.todos import registry_todos
        from organisations.todos_register import register_todos

        relations.register()
        personal_data.register("organisations", own_data)
        seams.panels.register("organisations.activities", activity_panel.activities_panel)
        seams.todos.register("organisations.activities", activity_panel.activity_todos)
        seams.reminders.register("organisations.activities", activity_panel.activity_reminders)
        seams.search.register("organisations.activities", activity_panel.activity_hits)
        seams.retention.register("organisations.activities", activity_panel.activity_retention)
        register_kind("organisations.activity_confirm", _("Järjestön toiminnan tiedot on aika vahvistaa"))
        seams.reminders.register("organisations.own_data", confirmation_reminders)
        seams.retention.register("organisations.contacts", contact_retention)
        register_kind("organisations.own_data_confirm", _("Järjestön tiedot on aika vahvistaa"))
        seams.roles.register("organisations", membership_roles)
        seams.todos.register("organisations", registry_todos)
        seams.todos.register("organisations.register", register_todos)
        seams.search.register("organisations", hits)
        seams.statistics.register("organisations", figures)
        seams.statistics.register("organisations.handouts", handout_figures)
        seams.retention.register("organisations", registry_retention)
        register_own_rules()
        register_kind("organisations.claim_waiting", _("Uusi edustuspyyntö odottaa"))
        register_kind("organisations.claim_decided", _("Edustuspyyntösi on ratkaistu"), required=True)
        register_kind("organisations.invitation", _("Kutsu toimia järjestön puolesta"), required=True)
        register_kind("organisations.membership_ended", _("Oikeutesi järjestössä päättyi"), required=True)
        register_kind("organisations.bank_account_waiting", _("Uusi tilinumero odottaa tarkistusta"))
        register_kind("organisations.bank_account_refused", _("Tilinumeroa ei hyväksytty"), required=True)
        register_kind(
            "organisations.import", _("Rekisteriotteen tuonti tarvitsee sinua"), roles=("coordinator", "registrar")
        )
        register_kind("organisations.review", _("Rekisteritietojen tarkistukset"))
        register_kind("organisations.merged", _("Järjestön tiedot on yhdistetty"), required=True)
