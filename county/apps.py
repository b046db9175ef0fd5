from django.apps import AppConfig


class CountyConfig(AppConfig):
    name = "county"

    def ready(self) -> None:
        from common import seams
        from county import policies  # noqa: F401  registers the room's permissions
        from county.area.sections import load_county_sections

        seams.area.register("county", load_county_sections)
