"""Addresses of the portal and of releases on the desk."""

from django.urls import path

from opendtm_server.publish import desk, files, portal

app_name = "publish"
RELEASE = "<slug:operation>/releases/<slug:product>/<int:number>/"
DESK = "desk/<slug:operation>/releases/"
urlpatterns = [
    path("", portal.front, name="front"),
    path(DESK, desk.listing, name="releases"),
    path(f"{DESK}new/<int:number>/", desk.new, name="new_release"),
    path("<slug:operation>/", portal.operation_page, name="operation"),
    path(RELEASE, portal.release_page, name="release"),
    path(f"{RELEASE}files/<str:name>", files.download, name="file"),
    path(f"{RELEASE}map.svg", files.map_picture, name="map"),
    path(f"{RELEASE}map-narrow.svg", files.narrow_map, name="map_narrow"),
    path(f"{RELEASE}points.geojson", files.points, name="points"),
    path(f"{RELEASE}areas.geojson", files.areas, name="areas"),
    path(f"{RELEASE}figures/<path:key>/", portal.figure, name="figure"),
]
