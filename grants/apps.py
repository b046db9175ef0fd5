from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    name = "grants"

    def ready(self) -> None:
        self._register_calls()

    def _register_calls(self) -> None:
        from common import seams
        from grants import policies  # noqa: F401 - fills the register of permissions
        from grants.area import load_grant_kinds
        from grants.calendar import call_calendar
        from grants.search import search_calls
        from grants.todos_calls import call_todos
        from notifications.kinds import register_kind

        seams.area.register("grants", load_grant_kinds)
        seams.todos.register("grants.calls", call_todos)
        seams.search.register("grants.calls", search_calls)
        seams.calendar.register("grants.calls", call_calendar)
        register_kind("grants.call_extended", _("Hakuaikaa on jatkettu"), required=True)
        register_kind("grants.call_cancelled", _("Haku on peruttu"), required=True)
