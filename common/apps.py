from django.apps import AppConfig

from common.trigger_registry import index_triggers

# Django makes every room's configuration before it loads the first model, and models bring the triggers.
index_triggers()


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "Common"
