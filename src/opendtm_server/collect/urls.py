"""Addresses of forms, rounds, submissions, phones and the quarantine on the desk."""

from django.urls import path

from opendtm_server.collect.views import (
    devices,
    entities,
    entity_changes,
    entity_lists,
    entity_uploads,
    equipping,
    papers,
    proposals,
    public_links,
    quarantine,
    questionnaires,
    reconciliation,
    rounds,
    scopes,
    sources,
    submissions,
)

app_name = "collect"
DESK = "desk/<slug:operation>/"
urlpatterns = [
    path(f"{DESK}forms/", questionnaires.listing, name="forms"),
    path(f"{DESK}forms/publish/", questionnaires.publish, name="publish_form"),
    path(f"{DESK}forms/<int:key>/", questionnaires.page, name="form"),
    path(f"{DESK}forms/<int:key>/retire/", questionnaires.retire, name="retire_form"),
    path(f"{DESK}forms/versions/<int:version>/paper.pdf", papers.paper, name="paper"),
    path(
        f"{DESK}forms/versions/<int:version>.<str:kind>", questionnaires.download, name="form_file"
    ),
    path(f"{DESK}rounds/", rounds.listing, name="rounds"),
    path(f"{DESK}rounds/open/", rounds.open_new, name="open_round"),
    path(f"{DESK}rounds/<int:key>/", rounds.page, name="round"),
    path(f"{DESK}rounds/<int:key>/sites/<str:site>/", rounds.inaccessible, name="inaccessible"),
    path(f"{DESK}submissions/", submissions.listing, name="submissions"),
    path(f"{DESK}submissions/<int:key>/original.xml", submissions.original, name="original"),
    path(
        f"{DESK}submissions/<int:key>/files/<int:file>/", submissions.attachment, name="attachment"
    ),
    path(f"{DESK}quarantine/", quarantine.listing, name="quarantine"),
    path(f"{DESK}quarantine/<int:key>/", quarantine.page, name="quarantined"),
    path(f"{DESK}quarantine/<int:key>/bytes/", quarantine.download, name="quarantined_bytes"),
    path(f"{DESK}links/", public_links.listing, name="public_links"),
    path(f"{DESK}links/add/", public_links.add, name="add_public_link"),
    path(f"{DESK}links/<int:key>/", public_links.page, name="public_link"),
    path(f"{DESK}links/<int:key>/close/", public_links.close, name="close_public_link"),
    path(f"{DESK}devices/", devices.listing, name="devices"),
    path(f"{DESK}devices/add/", equipping.add, name="add_device"),
    path(f"{DESK}devices/training-day/", equipping.training_day, name="training_day"),
    path(f"{DESK}devices/sent-and-held/", reconciliation.reconciliation, name="reconciliation"),
    path(f"{DESK}devices/<int:key>/", devices.page, name="device"),
    path(f"{DESK}devices/<int:key>/renew/", equipping.renew, name="renew_device"),
    path(f"{DESK}devices/<int:key>/revoke/", devices.revoke, name="revoke_device"),
    path(f"{DESK}sources/", sources.listing, name="sources"),
    path(f"{DESK}sources/add/", sources.add, name="add_source"),
    path(f"{DESK}sources/<int:key>/", sources.page, name="source"),
    path(f"{DESK}sources/<int:key>/change/", sources.change, name="change_source"),
    path(f"{DESK}sources/<int:key>/pull/", sources.pull, name="pull_source"),
    path(f"{DESK}sources/<int:key>/pause/", sources.pause, name="pause_source"),
    path(f"{DESK}sources/<int:key>/webhook/", sources.hook, name="open_hook"),
    path(f"{DESK}devices/<int:key>/scope/", scopes.page, name="device_scope"),
    path(f"{DESK}lists/", entity_lists.listing, name="lists"),
    path(f"{DESK}lists/new/", entity_lists.new, name="new_list"),
    path(f"{DESK}lists/of/<str:name>.csv", entity_lists.download, name="entity_list_csv"),
    path(f"{DESK}lists/of/<str:name>/", entity_lists.page, name="entity_list"),
    path(f"{DESK}lists/of/<str:name>/upload/", entity_uploads.bring, name="bring_entities"),
    path(f"{DESK}lists/uploads/<int:key>/", entity_uploads.page, name="entity_upload"),
    path(f"{DESK}lists/changes/", entity_changes.listing, name="entity_changes"),
    path(f"{DESK}lists/changes/<int:key>/", entity_changes.page, name="entity_change"),
    path(f"{DESK}lists/entities/<int:key>/", entities.page, name="entity"),
    path(f"{DESK}lists/entities/<int:key>/delete/", entities.delete, name="delete_entity"),
    path(
        f"{DESK}lists/entities/<int:key>/restore/<int:number>/",
        entities.restore,
        name="restore_entity",
    ),
    path(f"{DESK}proposals/", proposals.listing, name="proposals"),
    path(f"{DESK}proposals/<int:key>/", proposals.page, name="proposal"),
]
