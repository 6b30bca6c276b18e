"""Addresses of figures."""

from django.urls import path

from opendtm_server.matrix.views import figures, indicators, indices, movements, severity, warning

app_name = "matrix"
DESK = "desk/<slug:operation>/figures/"
INDICATORS = "desk/<slug:operation>/indicators/"
WARNING = "desk/<slug:operation>/warning/"
urlpatterns = [
    path(DESK, figures.listing, name="figures"),
    path(f"{DESK}<int:figure>/", figures.page, name="figure"),
    path(f"{DESK}compute/<int:key>/", figures.compute, name="compute"),
    path(f"{DESK}sample/<int:key>/", figures.sample, name="sample"),
    path(INDICATORS, indicators.listing, name="indicators"),
    path(f"{INDICATORS}<slug:name>/", indicators.page, name="indicator"),
    path(
        f"{INDICATORS}<slug:name>/withdraw/<int:key>/", indicators.withdraw, name="withdraw_review"
    ),
    path(WARNING, warning.page, name="warning"),
    path(f"{WARNING}areas/<path:area>/", warning.page, name="warning_area"),
    path(f"{WARNING}movements/", movements.page, name="movements"),
    path(f"{WARNING}movements/areas/<path:area>/", movements.page, name="movements_area"),
    path(f"{WARNING}index/", indices.page, name="index"),
    path(f"{WARNING}severity/", severity.page, name="severity"),
    path(f"{WARNING}severity/areas/<path:area>/", severity.page, name="severity_area"),
]
