from django.apps import AppConfig


class LiaisonsConfig(AppConfig):
    name = "liaisons"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts.personal_data import personal_data
        from common import seams
        from liaisons import policies  # noqa: F401  registers the room's permissions
        from liaisons.area import load_liaisons_sections
        from liaisons.personal_data import own_data
        from liaisons.post_todos import acceptance_reminders, liaison_todos
        from liaisons.request_seams import late_reminders, request_retention, request_todos, requests_panel
        from liaisons.retention import liaison_retention
        from liaisons.roles import body_roles, liaison_roles
        from liaisons.search import post_hits
        from liaisons.todos import coming_meetings, meetings_of_year
        from liaisons.units import unit_names
        from notifications.kinds import register_kind

        seams.area.register("liaisons", load_liaisons_sections)
        seams.roles.register("liaisons", body_roles)
        seams.todos.register("liaisons", coming_meetings)
        seams.calendar.register("liaisons", meetings_of_year)
        seams.units.register("liaisons", unit_names)
        seams.roles.register("liaisons.posts", liaison_roles)
        seams.todos.register("liaisons.posts", liaison_todos)
        seams.reminders.register("liaisons.posts", acceptance_reminders)
        seams.search.register("liaisons.posts", post_hits)
        seams.retention.register("liaisons.posts", liaison_retention)
        personal_data.register("liaisons", own_data)
        seams.todos.register("liaisons.requests", request_todos)
        seams.reminders.register("liaisons.requests", late_reminders)
        seams.retention.register("liaisons.requests", request_retention)
        seams.panels.register("liaisons.requests", requests_panel)
        register_kind("liaisons.request_received", _("Uusi yhteistyöpyyntö sinulle"))
        register_kind("liaisons.request_reply", _("Lähettäjä kirjoitti yhteistyöpyyntöön"))
        register_kind("liaisons.request_late", _("Luvattu vastaus on myöhässä"))
        register_kind("liaisons.request_asked", _("Yhteistyöpyynnöstäsi kysytään"), required=True)
        register_kind("liaisons.request_answered", _("Yhteistyöpyyntöösi on vastattu"), required=True)
        register_kind("liaisons.duty_given", _("Tehtävä toimielimessä"), required=True)
        for key, label in (
            ("proposed", _("Sinut on nimetty yhteyshenkilöksi")),
            ("reminder", _("Muistutus nimeämisestä, johon et ole vastannut")),
            ("withdrawn", _("Nimeämisesi on peruttu")),
            ("ended", _("Yhteyshenkilön tehtävä päättyy")),
        ):
            register_kind(f"liaisons.appointment_{key}", label, required=True)
        register_kind("liaisons.substitute_named", _("Olet sijainen yhteyshenkilölle"), required=True)
        register_kind("liaisons.substitute_acts", _("Toimit sijaisena"), required=True)
        officers = ("coordinator", "administrator")
        register_kind("liaisons.appointment_accepted", _("Nimetty otti tehtävän vastaan"), roles=officers)
        register_kind("liaisons.appointment_declined", _("Nimetty ei ottanut tehtävää vastaan"), roles=officers)
