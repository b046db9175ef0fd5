from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from accounts.personal_data import personal_data
        from common import seams
        from notifications import policies, retention, todos  # noqa: F401 - policies register themselves
        from notifications.personal_data import own_data

        seams.todos.register("notifications", todos.todos)
        seams.retention.register("notifications", retention.erase)
        personal_data.register("messages", own_data)
