"""The course of figures over the rounds of a form of places: the newest run of each signed-off round, and its totals.

Everything is read from figures as they were kept; a round that was not computed, or is open again, leaves its place
empty. The method behind a total is read from the answers of the newest run, which hold those of the rounds before.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from opendtm import records
from opendtm.measure.scope import Record
from opendtm.measure.segments import METHOD
from opendtm.measure.warning import Counted, History, Reading, bases, counted
from opendtm_server.collect import queries as collect
from opendtm_server.govern.access import Reader
from opendtm_server.matrix import partition, queries
from opendtm_server.matrix.basis import Basis, basis_from
from opendtm_server.matrix.kinds import record_in
from opendtm_server.matrix.models import Figure, Replaced, Run

if TYPE_CHECKING:
    from opendtm_server.collect.models import Form, Round
    from opendtm_server.govern.models import Operation

NEWEST = 52  # rounds: a year of weeks
VISITS = ("site_id", "assessment_date", "round", "access", "idp_individuals", "idp_households")


class Kept(NamedTuple):
    """One kept total as far as a series needs it."""

    pk: int
    run: int
    level: str
    code: str
    name: str
    value: float | None
    carried: float | None
    n_places: int
    n_assessed: int
    as_of: date | None


class Place(NamedTuple):
    """What figures call a place: level, code, and its name where it has no code."""

    level: str
    code: str
    name: str = ""


@dataclass(frozen=True)
class Course:
    """The rounds of one form and kind, oldest first, without gaps; `runs` has the newest run of those that have figures."""

    form: "Form"
    rounds: tuple["Round", ...]
    runs: Mapping[int, Run]

    @property
    def key(self) -> str:
        """Give what the course is called in addresses: its form and how its rounds come about."""
        return f"{self.form.pk}-{self.rounds[-1].kind}"

    @property
    def newest(self) -> Run:
        """Give the run of the last round."""
        return self.runs[self.rounds[-1].pk]

    @property
    def missing(self) -> list[int]:
        """Number the rounds without figures."""
        return [one.number for one in self.rounds if one.pk not in self.runs]

    @property
    def numbers(self) -> list[int]:
        """Number the rounds."""
        return [one.number for one in self.rounds]

    @cached_property
    def sites(self) -> Sequence[records.Site]:
        """Give the sites as the newest run knew them."""
        return self._basis.sites

    def sites_in(self, area: str) -> frozenset[str]:
        """Name the sites of the area that is so called in addresses."""
        return frozenset(
            site for site, place in self.area_of.items() if (place.code or place.name) == area
        )

    @cached_property
    def areas(self) -> list[tuple[str, str]]:
        """List the areas of the first level that hold sites: what each is called in addresses, and its name."""
        found = {}
        for site in self.sites:
            place = self.area_of.get(site.site_id)
            if place:
                found[place.code or place.name] = _second(site.admin_names) or place.code
        return sorted(found.items(), key=lambda each: each[1])

    def area_name(self, area: str) -> str:
        """Name the area that is so called in addresses."""
        return dict(self.areas).get(area, area)

    @cached_property
    def area_of(self) -> dict[str, Place]:
        """Say in which area of the first level each site lies; sites of none are left out."""
        found = {}
        for site in self.sites:
            code, name = _second(site.admins), _second(site.admin_names)
            if code or name:
                found[site.site_id] = Place("adm1", code, "" if code else name)
        return found

    @property
    def record_rounds(self) -> tuple[records.Round, ...]:
        """Give the rounds that the newest run knew."""
        return self._basis.rounds

    @property
    def at(self) -> records.Round:
        """Give the round of the newest run."""
        return self._basis.at

    def answers(self, columns: Collection[str]) -> pa.Table:
        """Read columns of the answers of the newest run, with what says whose and when they are."""
        only = {queries.SOURCE, *VISITS, *columns}
        return partition.answers(self.newest.partition, only=only)

    def counted(self, concept: str) -> tuple[Counted, ...]:
        """Give by which method people were counted, site by site and round by round; read once a concept."""
        if concept not in self._counted:
            answers = self.answers((METHOD,))
            self._counted[concept] = counted(answers, rounds=self.record_rounds, concept=concept)
        return self._counted[concept]

    @cached_property
    def _counted(self) -> dict[str, tuple[Counted, ...]]:
        return {}

    @cached_property
    def _basis(self) -> Basis:
        return basis_from(pa.table({}), partition.basis(self.newest.partition))


@dataclass(frozen=True)
class PlaceCourse:
    """The kept totals of one place over the rounds of a course, and the history that is read from them."""

    place: Place
    name: str
    kept: tuple[Kept | None, ...]
    history: History

    @property
    def key(self) -> str:
        """Give what an area is called in addresses: its code, or its name where it has none."""
        return self.place.code or self.place.name


def courses_for(reader: Reader, operation: "Operation") -> list[Course]:
    """Give the course of every form of places with figures, the one with the newest round first.

    PermissionDenied for who may not read figures.
    """
    signed = queries.runs_for(reader, operation).filter(round__signed_off_at__isnull=False)
    newest: dict[int, Run] = {}
    for run in signed.select_related("round__form").order_by("revision"):
        newest[run.round_id] = run
    groups: dict[tuple[int, str], list[Round]] = defaultdict(list)
    for round_ in collect.rounds_of(operation).order_by("starts_on", "id"):
        groups[round_.form_id, round_.kind].append(round_)
    found = [_course(rounds, newest) for rounds in groups.values()]
    courses = [each for each in found if each and record_in(each.rounds[-1]) is Record.PLACE]
    return sorted(courses, key=lambda each: each.rounds[-1].starts_on, reverse=True)


def course_of_places(
    course: Course,
    *,
    indicator: str,
    levels: Collection[str],
    codes: Collection[str] | None = None,
) -> list[PlaceCourse]:
    """Give the course of an indicator that adds one concept up, for the places of some levels, by name.

    Places of the newest round alone; `codes` narrows them to some. Methods are those behind the concept of
    the same name.
    """
    at = {run.pk: position for position, run in _positions(course)}
    told: dict[Place, dict[int, Kept]] = defaultdict(dict)
    for row in _kept(list(course.runs.values()), indicator, levels, codes):
        place = Place(row.level, row.code, "" if row.code else row.name)
        told[place][at[row.run]] = row
    counts = course.counted(indicator)
    methods = {level: _bases(course, counts, level) for level in levels}
    last = len(course.rounds) - 1
    found = [
        _place_course(course, place, rows, methods[place.level])
        for place, rows in told.items()
        if last in rows
    ]
    return sorted(found, key=lambda each: (each.name, each.place))


def _positions(course: Course) -> list[tuple[int, Run]]:
    return [
        (position, course.runs[one.pk])
        for position, one in enumerate(course.rounds)
        if one.pk in course.runs
    ]


def _kept(
    runs: Sequence[Run], indicator: str, levels: Collection[str], codes: Collection[str] | None
) -> list[Kept]:
    """Give the totals of runs, those of their bases that hold beside them included, in two questions."""
    wanted = Figure.objects.filter(indicator=indicator, place_level__in=levels, by="")
    if codes is not None:
        wanted = wanted.filter(place_code__in=codes)
    owners = {run.pk for run in runs} | {run.base_id for run in runs if run.base_id}
    columns = ("pk", "run_id", "place_level", "place_code", "place_name", "value", "carried")
    rows = wanted.filter(run__in=owners).values_list(*columns, "n_places", "n_assessed", "as_of")
    by_run: dict[int, list[Kept]] = defaultdict(list)
    for row in rows:
        by_run[row[1]].append(Kept(*row))
    gone = Replaced.objects.filter(
        run__in=[run.pk for run in runs], figure__in=wanted.filter(run__in=owners)
    )
    replaced = set(gone.values_list("run_id", "figure_id"))
    return [
        each._replace(run=run.pk)
        for run in runs
        for owner in (run.pk, run.base_id)
        if owner
        for each in by_run[owner]
        if (run.pk, each.pk) not in replaced
    ]


def _bases(
    course: Course, counts: Sequence[Counted], level: str
) -> dict[tuple[str, int], str | None]:
    if level == "none":
        return bases(counts, group=lambda _site: "")
    if level == "site":
        return bases(counts, group=lambda site: site)
    return bases(counts, group=lambda site: _key(course.area_of.get(site)))


def _place_course(
    course: Course,
    place: Place,
    rows: Mapping[int, Kept],
    methods: Mapping[tuple[str, int], str | None],
) -> PlaceCourse:
    kept = tuple(rows.get(position) for position in range(len(course.rounds)))
    key = place.code or place.name
    readings = tuple(
        Reading(
            value=row.value,
            carried=row.carried or 0.0,
            n_places=row.n_places,
            n_assessed=row.n_assessed,
            basis=methods.get((key, round_.number)),
        )
        if row
        else None
        for row, round_ in zip(kept, course.rounds, strict=True)
    )
    last = kept[-1]
    return PlaceCourse(place, last.name if last else "", kept, History(key, readings))


def _key(place: Place | None) -> str | None:
    return (place.code or place.name) if place else None


def _second(values: Sequence[str | None]) -> str:
    return (values[1] if len(values) > 1 else None) or ""


def _course(rounds: Sequence["Round"], newest: Mapping[int, Run]) -> Course | None:
    """Cut the rounds of a form to those from the first with figures to the last; None where none has any."""
    known = [position for position, one in enumerate(rounds) if one.pk in newest]
    if not known:
        return None
    shown = tuple(rounds[known[0] : known[-1] + 1][-NEWEST:])
    return Course(
        form=rounds[-1].form,
        rounds=shown,
        runs={one.pk: newest[one.pk] for one in shown if one.pk in newest},
    )
