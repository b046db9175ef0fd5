from django.apps import AppConfig


class CountyConfig(AppConfig):
    name = "county"

    def ready(self) -> None:
        from common import seams
        from county.area.sections import load_county_sections

        seams.area.register("county", load_county_sections)
