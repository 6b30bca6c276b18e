"""Raw answers leave the house as a file: asked for, handed out, stopped or removed. Making is another module.

What was chosen is counted when it is asked for. The file is handed out only when as many submissions stand in
it; submissions that come meanwhile are not meant.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from opendtm_server.govern import audit
from opendtm_server.verify import queries, rules
from opendtm_server.verify.actions.export_files import path_of
from opendtm_server.verify.models import Export
from opendtm_server.verify.problems import NothingChosen

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

KEPT = timedelta(days=1)


@transaction.atomic
def ask_export(*, operation: "Operation", wish: queries.Wish, by: User) -> Export:
    """Note what somebody wants as a file, and count it. PermissionDenied; NothingChosen where nothing fits."""
    rules.check_export(by, operation, personal=wish.personal)
    chosen = queries.chosen_for_export(operation, wish)
    found = chosen.order_by().aggregate(count=Count("pk"), last=Max("pk"))
    if not found["count"]:
        raise NothingChosen
    export = Export.objects.create(
        operation=operation,
        form_id=wish.form,
        by=by.get_username(),
        wishes=wish.stored(),
        expected=found["count"],
        last=found["last"],
    )
    audit.record(
        export.by,
        "ask_export",
        operation=operation.code,
        subject=export.form.form_id,
        details={"submissions": export.expected, "kind": wish.kind, "personal": wish.personal},
    )
    return export


@transaction.atomic
def remove_export(*, export: Export, by: User) -> Export:
    """Take the file of an export away, or stop its making; what was asked for stays written down."""
    rules.check_own_export(by, export)
    path_of(export).unlink(missing_ok=True)
    Export.objects.filter(pk=export.pk).update(state=Export.State.GONE)
    export.refresh_from_db()
    audit.record(
        by.get_username(),
        "remove_export",
        operation=export.operation.code,
        subject=str(export.pk),
    )
    return export


def remove_old_exports(operation: "Operation") -> None:
    """Take files away a day after they were made."""
    old = Export.objects.filter(operation=operation, state=Export.State.DONE)
    for export in old.filter(done_at__lt=timezone.now() - KEPT):
        path_of(export).unlink(missing_ok=True)
        Export.objects.filter(pk=export.pk).update(state=Export.State.GONE)
