"""Every address of the house. A room brings its own; each language has its own beginning."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("", include("opendtm_server.collect.phone_urls")),
    *i18n_patterns(
        path("", include("opendtm_server.govern.urls")),
        path("", include("opendtm_server.places.urls")),
        path("", include("opendtm_server.collect.urls")),
        path("", include("opendtm_server.verify.urls")),
        path("", include("opendtm_server.matrix.urls")),
        path("", include("opendtm_server.publish.urls")),
        prefix_default_language=True,
    ),
]
handler400 = "opendtm_server.config.problems.bad_request"
handler403 = "opendtm_server.config.problems.forbidden"
handler404 = "opendtm_server.config.problems.not_found"
handler500 = "opendtm_server.config.problems.broken"
