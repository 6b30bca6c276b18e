"""Everything that changes something in this room: areas, sites, and how positions are shown."""

from opendtm_server.places.actions.areas import Import, import_areas
from opendtm_server.places.actions.positions import (
    accept_new_key,
    note_position_key,
    set_position_rule,
)
from opendtm_server.places.actions.sites import (
    add_alias,
    change_site_type,
    create_site,
    mark_sensitive,
    move_site,
    put_site,
    remove_alias,
    rename_site,
    set_site_status,
    unmark_sensitive,
    withdraw_site,
    withdraw_site_status,
)

__all__ = [
    "Import",
    "accept_new_key",
    "add_alias",
    "change_site_type",
    "create_site",
    "import_areas",
    "mark_sensitive",
    "move_site",
    "note_position_key",
    "put_site",
    "remove_alias",
    "rename_site",
    "set_position_rule",
    "set_site_status",
    "unmark_sensitive",
    "withdraw_site",
    "withdraw_site_status",
]
