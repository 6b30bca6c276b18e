"""Addresses of sites and areas."""

from django.urls import path

from opendtm_server.places.views import areas, changes, positions, site_files, sites

app_name = "places"
DESK = "desk/<slug:operation>/places/"
urlpatterns = [
    path(DESK, sites.listing, name="sites"),
    path(f"{DESK}sites.csv", site_files.download, name="sites_csv"),
    path(f"{DESK}sites.geojson", site_files.geojson, name="sites_geojson"),
    path(f"{DESK}new/", changes.create, name="create_site"),
    path(f"{DESK}areas/", areas.listing, name="areas"),
    path(f"{DESK}areas.geojson", areas.geojson, name="areas_geojson"),
    path(f"{DESK}areas/import/", areas.bring_in, name="import_areas"),
    path(f"{DESK}positions/", positions.decide, name="positions"),
    path(f"{DESK}positions/new-key/", positions.accept_key, name="accept_key"),
    path(f"{DESK}site/<str:code>/sensitive/", positions.sensitive, name="sensitive_site"),
    path(f"{DESK}site/<str:code>/", sites.page, name="site"),
    path(f"{DESK}site/<str:code>/rename/", changes.rename, name="rename_site"),
    path(f"{DESK}site/<str:code>/move/", changes.move, name="move_site"),
    path(f"{DESK}site/<str:code>/status/", changes.status, name="set_site_status"),
    path(f"{DESK}site/<str:code>/alias/", changes.alias, name="add_alias"),
]
