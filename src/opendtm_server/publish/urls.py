"""Addresses of the portal and of releases on the desk."""

from django.urls import path

from opendtm_server.publish import desk, portal

app_name = "publish"
RELEASE = "<slug:operation>/releases/<slug:product>/<int:number>/"
DESK = "desk/<slug:operation>/releases/"
urlpatterns = [
    path("", portal.front, name="front"),
    path(DESK, desk.listing, name="releases"),
    path(f"{DESK}new/<int:number>/", desk.new, name="new_release"),
    path("<slug:operation>/", portal.operation_page, name="operation"),
    path(RELEASE, portal.release_page, name="release"),
    path(f"{RELEASE}files/<str:name>", portal.download, name="file"),
    path(f"{RELEASE}map.svg", portal.map_picture, name="map"),
    path(f"{RELEASE}sites.geojson", portal.sites, name="sites"),
    path(f"{RELEASE}figures/<str:key>/", portal.figure, name="figure"),
]
