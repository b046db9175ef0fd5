from django.apps import AppConfig


class LiaisonsConfig(AppConfig):
    name = "liaisons"

    def ready(self) -> None:
        from common import seams
        from liaisons.area import load_liaisons_sections

        seams.area.register("liaisons", load_liaisons_sections)
