"""Every address of the portal. Finnish paths; /sv/ and /en/ in front for the other languages."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from portal import health

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("", include("organisations.api.urls")),
    path("", include("grants.urls_open_data")),
    *i18n_patterns(
        path("", include("portal.urls")),
        path("", include("reports.urls")),
        path("", include("accounts.urls")),
        path("tili/", include("accounts.sign_in_urls")),
        path("", include("county.urls")),
        path("", include("liaisons.urls")),
        path("", include("organisations.urls")),
        path("", include("forums.urls")),
        path("", include("grants.urls")),
        path("", include("premises.urls")),
        path("", include("notifications.urls")),
        prefix_default_language=False,
    ),
]
