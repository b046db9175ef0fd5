from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from common import seams
        from documents.retention import erase_orphans

        seams.retention.register("documents", erase_orphans)
