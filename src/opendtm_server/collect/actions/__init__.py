"""Everything that changes something in this room: forms, devices, rounds, and what phones send."""

from opendtm_server.collect.actions.checking import note_checked
from opendtm_server.collect.actions.competing import choose_edit, undo_choice
from opendtm_server.collect.actions.concepts import set_concepts
from opendtm_server.collect.actions.contacts import note_contact, note_form, say_sent
from opendtm_server.collect.actions.devices import (
    NewDevice,
    add_device,
    equip_facilitator,
    equip_many,
    renew_device,
    revoke_device,
)
from opendtm_server.collect.actions.drafts import (
    discard_draft,
    map_draft,
    mend_draft,
    publish_draft,
    replace_draft,
    restore_revision,
    start_draft,
    start_from_catalogue,
    start_from_version,
)
from opendtm_server.collect.actions.encrypted import open_encrypted
from opendtm_server.collect.actions.entity_decisions import (
    delete_entity,
    leave_change,
    restore_version,
    take_change,
)
from opendtm_server.collect.actions.entity_lists import create_list
from opendtm_server.collect.actions.entity_uploads import (
    drop_upload,
    keep_upload,
    take_upload,
    undo_upload,
)
from opendtm_server.collect.actions.entity_work import work_entities
from opendtm_server.collect.actions.forms import (
    bring_back_form,
    publish_form,
    publish_xform,
    retire_form,
)
from opendtm_server.collect.actions.intake import Outcome, Receipt, receive_submission
from opendtm_server.collect.actions.old_rounds import (
    keep_old_round,
    map_old_round,
    take_old_round,
    withdraw_old_round,
)
from opendtm_server.collect.actions.proposals import (
    accept_as_new,
    accept_as_same,
    accept_change,
    refuse_proposal,
    undo_decision,
)
from opendtm_server.collect.actions.public_links import (
    Terms,
    close_public_link,
    open_public_link,
    receive_from_link,
)
from opendtm_server.collect.actions.pulls import (
    pull_asked,
    pull_due,
    pull_one,
    pull_soon,
    pull_source,
)
from opendtm_server.collect.actions.quarantine import decide_quarantine, put_in_quarantine
from opendtm_server.collect.actions.rounds import (
    close_round,
    mark_inaccessible,
    open_round,
    place_submission,
    reopen_round,
)
from opendtm_server.collect.actions.scopes import set_scope
from opendtm_server.collect.actions.sources import (
    Habits,
    HookSecrets,
    add_source,
    change_source,
    keep_source,
    open_hook,
    pause_source,
)
from opendtm_server.collect.actions.sweeping import sweep_files
from opendtm_server.collect.sources.opening import Place

__all__ = [
    "Habits",
    "HookSecrets",
    "NewDevice",
    "Outcome",
    "Place",
    "Receipt",
    "Terms",
    "accept_as_new",
    "accept_as_same",
    "accept_change",
    "add_device",
    "add_source",
    "bring_back_form",
    "change_source",
    "choose_edit",
    "close_public_link",
    "close_round",
    "create_list",
    "decide_quarantine",
    "delete_entity",
    "discard_draft",
    "drop_upload",
    "equip_facilitator",
    "equip_many",
    "keep_old_round",
    "keep_source",
    "keep_upload",
    "leave_change",
    "map_draft",
    "map_old_round",
    "mark_inaccessible",
    "mend_draft",
    "note_checked",
    "note_contact",
    "note_form",
    "open_encrypted",
    "open_hook",
    "open_public_link",
    "open_round",
    "pause_source",
    "place_submission",
    "publish_draft",
    "publish_form",
    "publish_xform",
    "pull_asked",
    "pull_due",
    "pull_one",
    "pull_soon",
    "pull_source",
    "put_in_quarantine",
    "receive_from_link",
    "receive_submission",
    "refuse_proposal",
    "renew_device",
    "reopen_round",
    "replace_draft",
    "restore_revision",
    "restore_version",
    "retire_form",
    "revoke_device",
    "say_sent",
    "set_concepts",
    "set_scope",
    "start_draft",
    "start_from_catalogue",
    "start_from_version",
    "sweep_files",
    "take_change",
    "take_old_round",
    "take_upload",
    "undo_choice",
    "undo_decision",
    "undo_upload",
    "withdraw_old_round",
    "work_entities",
]
