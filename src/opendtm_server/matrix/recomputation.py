"""Computing a run again and comparing it to the digit: what `opendtm matrix verify` does with each run.

Four links are tried: the files of the partition are those that were recorded; the figures computed again
from the partition alone are those that it holds; the database holds the same; and the answers gathered
again from the submissions and their corrections are those that the run used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from opendtm import catalogue, records
from opendtm.measure import confidence
from opendtm.measure.exchange import ESTIMATES
from opendtm.records import source_column
from opendtm_server.matrix import partition, queries
from opendtm_server.matrix.actions import compute
from opendtm_server.matrix.approved import answers_anew
from opendtm_server.matrix.basis import Basis, basis_of
from opendtm_server.matrix.kinds import record_in
from opendtm_server.matrix.models import Run
from opendtm_server.matrix.rows import NEVER_NULL, SAME

KEY = ("indicator", "place_level", "place_code", "place_name", "by")
SOURCES = "sources"

Key = tuple[str, ...]
Rows = dict[Key, tuple[Any, ...]]


@dataclass(frozen=True)
class Difference:
    """A figure that is not the same when computed again, or not the same in the database.

    `link` is `figures` (computed again) or `database`; a side that has no such figure is None.
    """

    key: Key
    link: str
    kept: float | None
    again: float | None


@dataclass(frozen=True)
class Recomputed:
    """What came of computing a run again.

    `compared` counts figures; `redefined` names indicators whose definition has changed since, whose figures
    cannot be compared. `changed_answers` names the submissions whose answers, and `changed_setting` says
    whether sites, rounds or settings, are no longer those that the run used; `reopened` says that the round
    is not signed off any more, so that nobody can know. The three are asked of a round's newest revision.
    """

    run: Run
    altered: tuple[str, ...]
    compared: int = 0
    different: tuple[Difference, ...] = ()
    redefined: tuple[str, ...] = ()
    changed_answers: tuple[str, ...] = ()
    changed_setting: bool = False
    reopened: bool = False

    @property
    def holds(self) -> bool:
        """Tell whether files and figures are what they were."""
        return not self.altered and not self.different

    @property
    def is_current(self) -> bool:
        """Tell whether the round would give the same answers and definitions if it were computed now."""
        changed = self.changed_answers or self.changed_setting or self.reopened
        return not (changed or self.redefined)


def runs_to_verify(*, operation: str = "", number: int | None = None) -> QuerySet[Run]:
    """Give the runs of a house, of one operation, of one round, oldest first."""
    runs = Run.objects.select_related("round__operation", "round__form", "base").order_by(
        "round__operation__code", "round__number", "revision"
    )
    if operation:
        runs = runs.filter(round__operation__code=operation)
    return runs if number is None else runs.filter(round__number=number)


def compute_again(run: Run) -> Recomputed:
    """Compute a run again from its own partition, and compare figures, database and answers."""
    altered = _altered(run)
    if altered:
        return Recomputed(run, altered)
    basis, kept = queries.basis_for(run), partition.figures(run.partition)
    redefined = _redefined(run, kept)
    again = compute(basis)
    comparable = _without(kept, redefined)
    different = (
        *_different("figures", comparable, _without(again, redefined)),
        *_different("database", kept, _in_database(run, kept)),
    )
    result = Recomputed(run, (), comparable.num_rows, different, redefined)
    return _compared_with_today(result, basis) if run == queries.newest_run(run.round) else result


def _altered(run: Run) -> tuple[str, ...]:
    """Name the files of a run that are not as they were recorded, and those figures of its base."""
    base = run.base
    figures = {partition.FIGURES: base.figures_sha256} if base else {}
    beside = partition.altered(base.partition, figures) if base else ()
    own = partition.altered(run.partition, _recorded(run))
    return (*own, *(f"revision-{base.revision}/{file}" for file in beside if base))


def _recorded(run: Run) -> dict[str, str]:
    return {
        partition.ANSWERS: run.answers_sha256,
        partition.FIGURES: run.figures_sha256,
        partition.BASIS: run.basis_sha256,
    }


def _redefined(run: Run, kept: pa.Table) -> tuple[str, ...]:
    """Name the indicators of a run, or of today's catalogue, that are not defined as they were then."""
    if run.definitions_sha256 == catalogue.fingerprint():
        return ()
    then = partition.record(run.partition).get("definitions", {})
    now = catalogue.fingerprints()
    if then.get("dictionary") != now["dictionary"]:
        then = {}
    names = {*kept["indicator"].unique().to_pylist(), *now} - {"dictionary"}
    return tuple(sorted(name for name in names if then.get(name) != now.get(name)))


def _without(figures: pa.Table, indicators: tuple[str, ...]) -> pa.Table:
    named = pc.is_in(figures["indicator"], value_set=pa.array(indicators, pa.string()))
    return figures.filter(pc.invert(named))


def _different(link: str, kept: pa.Table, again: pa.Table) -> Iterator[Difference]:
    names = [name for name in kept.column_names if name in again.column_names]
    if kept.select(names).equals(again.select(names)):
        return
    old, new = _rows(kept, names), _rows(again, names)
    value = [name for name in names if name not in KEY].index("value")
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            sides = (rows[key][value] if key in rows else None for rows in (old, new))
            yield Difference(key, link, *sides)


def _rows(figures: pa.Table, names: list[str]) -> Rows:
    keys = zip(*(figures[name].fill_null("").to_pylist() for name in KEY), strict=True)
    rest = zip(*(_plain(figures, name) for name in names if name not in KEY), strict=True)
    return dict(zip(keys, rest, strict=True))


def _plain(figures: pa.Table, name: str) -> list[Any]:
    values = figures[name].to_pylist()
    return [sorted(one or ()) for one in values] if name == SOURCES else values


def _in_database(run: Run, kept: pa.Table) -> pa.Table:
    """Give the figures of a run as the database has them, as a table of the schema of figures.

    Of the submissions behind each figure, which the partition lists, those that the database names for the run.
    """
    rows = list(queries.figures_of(run).order_by("pk").values_list(*NEVER_NULL, *SAME))
    columns: dict[str, list[Any]] = {
        name: [row[place] for row in rows] for place, name in enumerate((*NEVER_NULL, *SAME))
    }
    named, behind = queries.submissions_behind(run), _behind(kept)
    keys = zip(*(columns[name] for name in KEY), strict=True)
    columns[SOURCES] = [[one for one in behind.get(key, ()) if one in named] for key in keys]
    fields = (*records.Figure.SCHEMA, *ESTIMATES, *confidence.GRADES)
    schema = pa.schema([field for field in fields if field.name in columns])
    return pa.table(columns, schema=schema)


def _behind(figures: pa.Table) -> Mapping[Key, list[str]]:
    keys = zip(*(figures[name].fill_null("").to_pylist() for name in KEY), strict=True)
    return dict(zip(keys, figures[SOURCES].to_pylist(), strict=True))


def _compared_with_today(result: Recomputed, used: Basis) -> Recomputed:
    """Name the submissions that would now answer otherwise, and tell whether the setting changed."""
    if result.run.round.signed_off_at is None:
        return replace(result, reopened=True)
    now = basis_of(result.run.round, record_in(result.run.round), answers=answers_anew)
    old, new = _answers(used.observations), _answers(now.observations)
    return replace(
        result,
        changed_answers=tuple(
            sorted(one for one in old.keys() | new.keys() if old.get(one) != new.get(one))
        ),
        changed_setting=used.beside_answers() != now.beside_answers(),
    )


def _answers(observations: pa.Table) -> dict[str, dict[str, Any]]:
    """Give the known answers of each submission; a column that nobody answered makes no difference."""
    return {
        row[source_column()]: {name: value for name, value in row.items() if value is not None}
        for row in observations.to_pylist()
    }
