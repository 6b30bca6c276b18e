"""The boxes on top of the first page, the column totals, and the breakdowns, all out of the engine.

A number on a page is a figure of `measure`, never a second sum of its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from opendtm import measure
from opendtm.i18n import Label
from opendtm.measure import Panel, confidence
from opendtm.records import Change, Coverage, Figure, Method
from opendtm.report.model import Headline, Number
from opendtm.report.rows import COUNTS
from opendtm.vocab import code_list, concept

STOCKS = ("idp_individuals", "idp_households", "returnee_individuals")
FLOWS = ("arrivals_individuals", "departures_individuals")
SMALL = "small"  # why a number is left blank: it could point at persons
Parts = tuple[tuple[Label, Number], ...]
VISITED = Label("Sites visited", "Sites visités")
LISTED = Label("Sites listed", "Sites recensés")
AREAS = Label("Areas listed", "Zones recensées")


def number_of(figure: Figure) -> Number:
    """Give a figure as a number on a page, with the key under which it is found again.

    A part of a total that is smaller than its indicator's rule allows is left blank and says so.
    """
    least = measure.indicator(figure.indicator).suppress_below if figure.by else None
    hidden = least is not None and figure.value is not None and 0 < figure.value < least
    by = ";".join(f"{dimension}={code}" for dimension, code in figure.by)
    return Number(
        value=None if hidden else figure.value,
        unit=figure.unit,
        method=figure.method if figure.value is not None else Method.UNKNOWN,
        carried=0.0 if hidden else figure.carried or 0.0,
        suppressed=SMALL if hidden else figure.suppressed,
        key=f"{figure.indicator}|{figure.place_code or ''}|{by}",
        confidence=figure.confidence.grade if figure.confidence and not hidden else None,
    )


def totals(
    panel: Panel, *, names: Sequence[str] = COUNTS, derived: Collection[str] = ()
) -> dict[str, Figure]:
    """Give the figure of every total that the source speaks of, with its confidence, by indicator.

    `derived` names the concepts that were computed by a factor.
    """
    asked = [name for name in names if panel.has(name)]
    if not asked:
        return {}
    table = confidence.graded(measure.compute(panel, indicators=asked, sources=True), panel)
    found = measure.figures_from_table(table)
    return {figure.indicator: _marked(figure, derived) for figure in found if not figure.by}


def _marked(figure: Figure, derived: Collection[str]) -> Figure:
    computed = figure.indicator in derived and figure.method is Method.OBSERVED
    return replace(figure, method=Method.DERIVED) if computed else figure


def headlines(
    found: Mapping[str, Figure], *, changes: Mapping[str, Change], sites: Headline
) -> tuple[Headline, ...]:
    """Give the boxes in their order, that of the sites in the middle; what is not spoken of has none."""
    return (*_boxes(STOCKS, found, changes), sites, *_boxes(FLOWS, found, changes))


def visited(coverage: Coverage) -> Headline:
    """Give the box of the sites visited, of those known."""
    number = Number(coverage.n_assessed, "site", key="sites_assessed||")
    return Headline("sites_assessed", VISITED, number, coverage)


def listed_sites(coverage: Coverage) -> Headline:
    """Give the box of the sites that a foreign file lists."""
    return Headline("sites", LISTED, Number(coverage.n_known, "site"), coverage)


def listed_areas(coverage: Coverage) -> Headline:
    """Give the box of the areas that a foreign file lists."""
    return Headline("areas", AREAS, Number(coverage.n_known, "area"), coverage)


def changes(before: Panel | None, after: Panel, *, names: Iterable[str]) -> dict[str, Change]:
    """Take each difference to the round before apart; empty where there is no round before."""
    if before is None:
        return {}
    return {
        name: measure.change(before, after, concept=name)
        for name in names
        if before.has(name) and after.has(name)
    }


def breakdowns(panel: Panel) -> dict[str, tuple[tuple[Label, Number], ...]]:
    """Give IDPs by type of site and by age and sex, and sites by status; empty ones are left out."""
    found = {"site_status": _by_status(panel)}
    if panel.has("idp_individuals"):
        figures = measure.figures(
            panel, indicators=["idp_individuals"], disaggregate=True, sources=False
        )
        found |= {"site_type": _by_type(figures), "age_sex": _by_age_and_sex(figures)}
    return {name: parts for name, parts in found.items() if parts}


def _boxes(
    names: Iterable[str], found: Mapping[str, Figure], changed: Mapping[str, Change]
) -> list[Headline]:
    return [
        Headline(
            name,
            measure.indicator(name).label,
            number_of(found[name]),
            found[name].coverage,
            changed.get(name),
        )
        for name in names
        if name in found
    ]


def _by_type(figures: Sequence[Figure]) -> Parts:
    """Give the types in the order of their list; a part of unknown type is not left out."""
    order = code_list("site_type").names()
    by_code = {
        dict(each.by)["site_type"]: each for each in figures if _along(each) == ("site_type",)
    }
    if set(by_code) <= {"unknown"}:
        return ()
    return tuple(
        (code_list("site_type").get(code).label, number_of(by_code[code]))
        for code in order
        if code in by_code
    )


def _by_status(panel: Panel) -> Parts:
    if not panel.has("site_status"):
        return ()
    indicators = [f"sites_{status}" for status in ("open", "planned", "closed")]
    found = measure.figures(panel, indicators=indicators, sources=False)
    return tuple(
        (measure.indicator(each.indicator).label, number_of(each)) for each in found if each.value
    )


def _by_age_and_sex(figures: Sequence[Figure]) -> Parts:
    for dimensions in (("sex", "age"), ("sex",)):
        parts = [figure for figure in figures if _along(figure) == dimensions]
        if any(figure.value is not None for figure in parts):
            return tuple((part_label(figure), number_of(figure)) for figure in parts)
    return ()


def _along(figure: Figure) -> tuple[str, ...]:
    return tuple(dimension for dimension, _ in figure.by)


def part_label(figure: Figure) -> Label:
    """Name a part by sex, or by sex and age."""
    codes = dict(figure.by)
    if "age" in codes:
        return concept(f"idp_{codes['sex']}_{codes['age']}").label
    return concept("idp_females" if codes["sex"] == "f" else "idp_males").label
