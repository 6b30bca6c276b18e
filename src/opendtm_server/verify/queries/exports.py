"""Which submissions an export holds, in which order they are read, and which exports a reader may see."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from opendtm_server.collect import queries as collect
from opendtm_server.govern.access import Reader, check_may
from opendtm_server.govern.roles import Permission
from opendtm_server.verify.models import Export
from opendtm_server.verify.queries.reviews import review_states

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

LOT = 500


@dataclass(frozen=True)
class Wish:
    """What somebody asks for; an empty filter asks for nothing. Days are those of receipt, both included."""

    form: int
    kind: str
    lang: str = "en"
    labels: bool = False
    personal: bool = False
    guarded: bool = True
    corrected: bool = True
    round: int | None = None
    site: str = ""
    review: str = ""
    since: date | None = None
    until: date | None = None

    def stored(self) -> dict[str, Any]:
        """Give the wish as JSON."""
        plain = asdict(self)
        return plain | {
            name: plain[name] and plain[name].isoformat() for name in ("since", "until")
        }

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> "Wish":
        """Give a wish back from JSON."""
        days = {
            name: date.fromisoformat(kept[name]) if kept[name] else None
            for name in ("since", "until")
        }
        return cls(**{**kept, **days})


def chosen_for_export(operation: "Operation", wish: Wish) -> QuerySet[Any]:
    """Give the submissions that a wish means, each with its `review`."""
    filters: dict[str, Any] = {
        "form_version__form_id": wish.form,
        "round_id": wish.round,
        "site__code": wish.site,
        "review": wish.review,
        "received_at__gte": _midnight(wish.since, time.min),
        "received_at__lte": _midnight(wish.until, time.max),
    }
    asked = {name: value for name, value in filters.items() if value}
    return review_states(operation).filter(**asked)


def in_lots(chosen: QuerySet[Any], *, last: int) -> Iterator[list[Any]]:
    """Read submissions by their number, some at a time and none behind `last`, with their corrections."""
    before = 0
    ordered = collect.with_shared(chosen.filter(pk__lte=last)).order_by("pk")
    ordered = ordered.prefetch_related("corrections")
    while lot := list(ordered.filter(pk__gt=before)[:LOT]):
        yield lot
        before = lot[-1].pk


def exports_for(reader: Reader, operation: "Operation") -> QuerySet[Export]:
    """Give the reader's own exports of an operation, newest first. PermissionDenied without the right to read."""
    check_may(reader, Permission.READ_SUBMISSIONS, operation)
    own = Export.objects.filter(operation=operation, by=reader.get_username())
    return own.select_related("form", "operation")


def _midnight(day: date | None, at: time) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, at)) if day else None
