"""Addresses of figures."""

from django.urls import path

from opendtm_server.matrix import views

app_name = "matrix"
DESK = "desk/<slug:operation>/figures/"
urlpatterns = [
    path(DESK, views.listing, name="figures"),
    path(f"{DESK}<int:figure>/", views.page, name="figure"),
    path(f"{DESK}compute/<int:number>/", views.compute, name="compute"),
]
