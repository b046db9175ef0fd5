from django.apps import AppConfig


class LiaisonsConfig(AppConfig):
    name = "liaisons"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from common import seams
        from liaisons import policies  # noqa: F401  registers the room's permissions
        from liaisons.area import load_liaisons_sections
        from liaisons.roles import body_roles
        from liaisons.todos import coming_meetings, meetings_of_year
        from liaisons.units import unit_names
        from notifications.kinds import register_kind

        seams.area.register("liaisons", load_liaisons_sections)
        seams.roles.register("liaisons", body_roles)
        seams.todos.register("liaisons", coming_meetings)
        seams.calendar.register("liaisons", meetings_of_year)
        seams.units.register("liaisons", unit_names)
        register_kind("liaisons.duty_given", _("Tehtävä toimielimessä"), required=True)
