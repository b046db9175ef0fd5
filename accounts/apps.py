from django.apps import AppConfig
from django.core import checks


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import policies  # noqa: F401 - registers the named permissions
        from accounts.guards import check_demonstration_accounts
        from accounts.roles import staff_roles
        from common import seams

        seams.roles.register("accounts", staff_roles)
        checks.register(check_demonstration_accounts, checks.Tags.database)
