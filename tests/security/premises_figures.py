"""Routes of the figures of rooms: like ``routes.py``."""

from tests.security.expect import Expect, only

PREMISES_FIGURE_ROUTES: dict[str, Expect] = {
    f"premises:{name}": only("coordinator", "auditor") for name in ("figures", "figures_csv", "figures_xlsx")
}
