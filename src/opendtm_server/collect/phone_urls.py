"""Addresses for phones. They stand outside the languages: a phone says its language in a header."""

from django.urls import path

from opendtm_server.collect.views import lists_for_phones, phones, receipts

app_name = "openrosa"
urlpatterns = [
    path("openrosa/key/<str:token>/formList", phones.form_list, name="form_list"),
    path("openrosa/key/<str:token>/forms/<path:address>", phones.form, name="form"),
    path("openrosa/key/<str:token>/manifest/<path:address>", phones.manifest, name="manifest"),
    path("openrosa/key/<str:token>/media/<path:address>", phones.media, name="media"),
    path(
        "openrosa/key/<str:token>/integrity/<path:address>",
        lists_for_phones.integrity,
        name="integrity",
    ),
    path("openrosa/key/<str:token>/submission", phones.submission, name="submission"),
    path("openrosa/key/<str:token>/receipt", receipts.receipt, name="receipt"),
]
