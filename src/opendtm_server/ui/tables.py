"""A list of things as one table: columns with totals, rows that open something, what is shown and hidden.

A view fills a `Table` and gives it to `ui/parts/table.html`. On a phone every row becomes a card with the
same order of facts. Values are written by locale in the template, so a cell keeps its number or day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest

PER_PAGE = 50
COUNTED = (
    10_000  # rows of a very long list that are counted; beyond that its length is said in words
)
WALKED = 20_000  # rows that are asked one by one before another way is taken


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind` is text, number, day, moment or badge; a total stands under it where asked for."""

    name: str
    label: str
    kind: str = "text"
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact: its value, where it leads, and a tone (`quiet`, `good`, `alert`) for a badge or a number."""

    value: Any
    href: str = ""
    tone: str = ""
    hint: str = ""

    @property
    def kind(self) -> str:
        """Say how the value is to be written."""
        if isinstance(self.value, bool):
            return "text"
        if isinstance(self.value, int | float):
            return "number"
        if isinstance(self.value, datetime):
            return "moment"
        return "day" if isinstance(self.value, date) else "text"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its cells in the order of the columns, and the page that Enter opens."""

    cells: tuple[Cell, ...]
    href: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something to be done with the chosen rows: the form posts their keys as `chosen`."""

    url: str
    label: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Turns:
    """Where the part on screen of a very long list begins and ends: keys of its rows, empty where it ends there."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """What a list page shows. `shown` of `known` rows match the filters; `page` or `turns` is the part on screen.

    Numbers beyond `counted_to` were not counted to the end (see `counted`); the page says so in words.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    shown: int
    known: int
    page: Page[Any] | None = None
    empty: str = ""
    bulk: tuple[BulkAction, ...] = field(default=())
    turns: Turns | None = None
    counted_to: int | None = None

    @property
    def has_more_shown(self) -> bool:
        """Tell whether more rows match the filters than were counted."""
        return self.counted_to is not None and self.shown > self.counted_to

    @property
    def has_more_known(self) -> bool:
        """Tell whether there are more rows than were counted."""
        return self.counted_to is not None and self.known > self.counted_to

    @property
    def hidden(self) -> int:
        """Count the rows that the filters hide."""
        return self.known - self.shown

    @property
    def has_totals(self) -> bool:
        """Tell whether any column has a total."""
        return any(column.total is not None for column in self.columns)


def page_of(
    request: HttpRequest, things: QuerySet[Any] | Sequence[Any], per_page: int = PER_PAGE
) -> Page[Any]:
    """Give the page of a list that the address asks for (`?page=2`); the nearest one where it is absurd."""
    return Paginator(things, per_page).get_page(request.GET.get("page"))


def turn_of(
    request: HttpRequest, things: QuerySet[Any], by: str, per_page: int = PER_PAGE
) -> tuple[list[Any], Turns]:
    """Give the part of a very long list that follows `?after=KEY` or goes before `?before=KEY`, in order of a column.

    It costs the same at the end of the list as at its beginning, given an index on the column.
    """
    backwards = not request.GET.get("after") and bool(request.GET.get("before"))
    key = _asked_key(request, "before" if backwards else "after")
    known = things.filter(pk=key) if key else things.none()
    anchor = known.values_list(by, "pk").first()
    if anchor:
        far = "lt" if backwards else "gt"
        beyond = Q(**{f"{by}__{far}": anchor[0]}) | Q(**{by: anchor[0], f"pk__{far}": anchor[1]})
        things = things.filter(beyond)
    sign = "-" if backwards and anchor else ""
    found = list(things.order_by(f"{sign}{by}", f"{sign}pk")[: per_page + 1])
    more, rows = len(found) > per_page, found[:per_page]
    if sign:
        rows.reverse()
    first = bool(anchor) and (more or not sign)
    last = bool(sign) or more
    before = str(rows[0].pk) if rows and first else ""
    return rows, Turns(before, str(rows[-1].pk) if rows and last else "")


def newest_turn(
    request: HttpRequest,
    chosen: QuerySet[Any],
    every: QuerySet[Any],
    *,
    near: QuerySet[Any] | None = None,
) -> tuple[list[Any], Turns]:
    """Give the rows of `every` that are chosen, newest first: older than `?after=KEY` or newer than `?before=KEY`.

    It costs the same everywhere: keys are found first, then those rows are read with all that belongs to them.
    What arrives meanwhile stands before the first row: nothing on the pages after is skipped or shown twice,
    and a row that the filters no longer match loses nobody's place. Where `chosen` has to be gathered whole before
    it is in order, `near` may be the same rows by a question to each: then the next WALKED rows are asked first.
    """
    older, newer = _asked_key(request, "after"), _asked_key(request, "before")
    backwards = bool(newer and not older)
    beyond = Q(pk__lt=older) if older else Q(pk__gt=newer)
    order = "pk" if backwards else "-pk"
    keys: list[int] = []
    if near is not None:
        start = older or newer or (every.order_by("-pk").values_list("pk", flat=True).first() or 0)
        close = Q(pk__lte=start + WALKED) if backwards else Q(pk__gte=start - WALKED)
        keys = _first_keys(near.filter(beyond & close), order)
    if len(keys) <= PER_PAGE:
        keys = _first_keys(chosen.filter(beyond), order)
    rows = list(every.filter(pk__in=keys[:PER_PAGE]).order_by("-pk"))
    more = len(keys) > PER_PAGE
    return rows, _turns(rows, first=more if backwards else bool(older), last=backwards or more)


def _first_keys(things: QuerySet[Any], order: str) -> list[int]:
    """Give the keys of a page and of one row more."""
    return list(things.order_by(order).values_list("pk", flat=True)[: PER_PAGE + 1])


def graded_turn(
    request: HttpRequest,
    chosen: QuerySet[Any],
    every: QuerySet[Any],
    by: tuple[str, Sequence[str]],
    per_page: int = PER_PAGE,
) -> tuple[list[Any], Turns]:
    """Give the rows of `every` that are chosen, grade by grade in the order of `by` (a column and its values).

    Within a grade the newest stand first. It costs the same everywhere, given an index that ends in the column
    and the key: each grade is asked by itself, so that no database has to sort what it does not show.
    """
    older, newer = _asked_key(request, "after"), _asked_key(request, "before")
    backwards, key = bool(newer and not older), older or newer
    column, grades = by
    at = every.filter(pk=key).values_list(column, flat=True).first() if key else None
    older, backwards = (older, backwards) if at is not None else (0, False)
    keys: list[int] = []
    for some in _grades(chosen, (column, grades), (at, key), "gt" if backwards else "lt"):
        found = some.order_by("pk" if backwards else "-pk").values_list("pk", flat=True)
        keys += found[: per_page + 1 - len(keys)]
        if len(keys) > per_page:
            break
    place = {name: number for number, name in enumerate(grades)}
    rows = list(every.filter(pk__in=keys[:per_page]))
    rows.sort(key=lambda row: (place[getattr(row, column)], -row.pk))
    more = len(keys) > per_page
    return rows, _turns(rows, first=more if backwards else bool(older), last=backwards or more)


def _grades(
    chosen: QuerySet[Any],
    by: tuple[str, Sequence[str]],
    anchor: tuple[str | None, int],
    far: str,
) -> Iterator[QuerySet[Any]]:
    """Give the rows of each grade that lie beyond the anchor, one grade after the other."""
    column, grades = by
    at, key = anchor
    ordered = list(reversed(grades)) if far == "gt" else list(grades)
    for grade in ordered[ordered.index(at) if at is not None else 0 :]:
        some = chosen.filter(**{column: grade})
        yield some.filter(**{f"pk__{far}": key}) if grade == at else some


def _turns(rows: Sequence[Any], *, first: bool, last: bool) -> Turns:
    """Say where to turn from the rows on screen: back where something comes `first`, on where there is a `last`."""
    return Turns(
        str(rows[0].pk) if rows and first else "", str(rows[-1].pk) if rows and last else ""
    )


def counted(things: QuerySet[Any]) -> int:
    """Count rows, but never more than one beyond COUNTED: a list of millions costs no more than that."""
    return things.order_by().values("pk")[: COUNTED + 1].count()


def _asked_key(request: HttpRequest, name: str) -> int:
    """Read the key of a row from the address; 0 where it is absent or absurd."""
    key = request.GET.get(name, "")
    return int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
