from django.apps import AppConfig


class ForumsConfig(AppConfig):
    name = "forums"

    def ready(self) -> None:
        from common import seams
        from forums import policies  # noqa: F401  registers the room's permissions
        from forums.after_seams import register_afters
        from forums.area import load_series
        from forums.event_seams import register_events
        from forums.sign_up_seams import register_sign_ups
        from forums.wheel_seams import register_wheels

        seams.area.register("forums", load_series)
        register_events()
        register_sign_ups()
        register_wheels()
        register_afters()
