"""Addresses for phones, browser forms and other servers, outside the languages.

A phone says its language in a header; the page of the browser forms speaks every language.
"""

from django.urls import include, path

from opendtm_server.collect.views import (
    fill,
    hooks,
    lists_for_phones,
    phones,
    receipts,
    self_reports,
)

app_name = "openrosa"

# Old applications know no token in the address: they say name and password instead.
with_password = [
    path("formList", phones.form_list, name="form_list"),
    path("forms/<path:address>", phones.form, name="form"),
    path("manifest/<path:address>", phones.manifest, name="manifest"),
    path("media/<path:address>", phones.media, name="media"),
    path("integrity/<path:address>", lists_for_phones.integrity, name="integrity"),
    path("submission", phones.submission, name="submission"),
]
urlpatterns = [
    # First what is asked for most: addresses are compared one after the other.
    path("openrosa/key/<str:token>/submission", phones.submission, name="submission"),
    path("openrosa/key/<str:token>/formList", phones.form_list, name="form_list"),
    path("openrosa/key/<str:token>/forms/<path:address>", phones.form, name="form"),
    path("openrosa/key/<str:token>/manifest/<path:address>", phones.manifest, name="manifest"),
    path("openrosa/key/<str:token>/media/<path:address>", phones.media, name="media"),
    path(
        "openrosa/key/<str:token>/integrity/<path:address>",
        lists_for_phones.integrity,
        name="integrity",
    ),
    path("openrosa/key/<str:token>/receipt", receipts.receipt, name="receipt"),
    path("hooks/<str:token>/", hooks.receive, name="hook"),
    path("openrosa/", include(with_password)),
    path("fill/", fill.page, name="fill"),
    path("fill/worker.js", fill.worker, name="fill_worker"),
    path("fill/app.webmanifest", fill.manifest, name="fill_manifest"),
    path("fill/<str:token>/", fill.page, name="fill_with_key"),
    path("r/<str:secret>/", self_reports.page, name="self_report"),
    path("r/<str:secret>/form.xml", self_reports.form, name="self_report_form"),
    path("r/<str:secret>/media/<path:filename>", self_reports.media, name="self_report_media"),
    path("r/<str:secret>/submission", self_reports.submission, name="self_report_submission"),
]
