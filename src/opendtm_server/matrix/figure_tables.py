"""The tables of the pages of figures: a round's figures, and the submissions behind one of them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from opendtm.measure.scope import Record
from opendtm.measure.segments import METHOD
from opendtm_server.matrix import queries
from opendtm_server.matrix.forms import FigureFilters
from opendtm_server.matrix.informed import concept_of, counts_people, method_words, said_of
from opendtm_server.matrix.models import Figure, Run
from opendtm_server.matrix.sheet import FigureSheet, indicator_label, place_of, split_words
from opendtm_server.ui.tables import Cell, Column, Row, Table, page_of
from opendtm_server.ui.templatetags.words import language

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def table_of(request: HttpRequest, run: Run, form: FigureFilters) -> Table:
    """Show the figures of a run that the filters leave; of interviews with their interval."""
    figures = queries.figures_for(request.user, run, **form.narrowed())
    shown = page_of(request, figures)
    estimated = run.record == Record.INTERVIEW.value
    return Table(
        caption=_("Figures of round %(number)s") % {"number": run.round.number},
        columns=_estimate_columns() if estimated else _columns(),
        rows=tuple((_estimate_row if estimated else _row)(run, figure) for figure in shown),
        shown=shown.paginator.count,
        known=queries.figures_for(request.user, run).count(),
        page=shown,
        empty=_("This round has no figures."),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("indicator", _("Indicator")),
        Column("place", _("Place")),
        Column("by", _("Of which")),
        Column("value", _("Value"), "number"),
        Column("unit", _("Unit")),
        Column("method", _("Method")),
        Column("confidence", _("Confidence")),
        Column("coverage", _("Places"), "number"),
        Column("as_of", _("As of"), "day"),
    )


def _estimate_columns() -> tuple[Column, ...]:
    return (
        Column("indicator", _("Indicator")),
        Column("place", _("Place")),
        Column("by", _("Of which")),
        Column("value", _("Value"), "number"),
        Column("interval", _("Interval of 95 %")),
        Column("answers", _("Interviews"), "number"),
        Column("unit", _("Unit")),
        Column("method", _("Method")),
        Column("as_of", _("As of"), "day"),
    )


def _row(run: Run, figure: Figure) -> Row:
    sheet = FigureSheet(figure, language())
    return Row(
        (
            Cell(indicator_label(figure.indicator, language())),
            Cell(place_of(figure)),
            Cell(split_words(figure, language())),
            Cell(None if figure.value is None else sheet.value),
            Cell(sheet.unit),
            Cell(sheet.method),
            Cell(sheet.confidence),
            Cell(figure.n_places),
            Cell(figure.as_of),
        ),
        href=reverse("matrix:figure", args=[run.round.operation.code, figure.pk]),
    )


def _estimate_row(run: Run, figure: Figure) -> Row:
    sheet = FigureSheet(figure, language())
    return Row(
        (
            Cell(indicator_label(figure.indicator, language())),
            Cell(place_of(figure)),
            Cell(split_words(figure, language())),
            Cell(sheet.value),
            Cell(sheet.interval or sheet.without_interval),
            Cell(figure.n_places),
            Cell(sheet.unit),
            Cell(sheet.method),
            Cell(figure.as_of),
        ),
        href=reverse("matrix:figure", args=[run.round.operation.code, figure.pk]),
    )


def table_of_sources(request: HttpRequest, operation: "Operation", figure: Figure) -> Table:
    """Show the submissions behind a figure with the answers it was computed from, and how people were counted."""
    sources = queries.sources_for(request.user, figure)
    shown = page_of(request, sources)
    beside = _beside(figure, shown)
    return Table(
        caption=_("Submissions behind this figure"),
        columns=(
            Column("site", _("Site")),
            Column("visited", _("Visited on"), "day"),
            Column("round", _("Round"), "number"),
            *(
                Column(name, label, "number", _sum(sources, name))
                for name, label in queries.concepts_of(figure, language())
            ),
            *(Column(name, label) for name, label, _words in beside),
        ),
        rows=tuple(
            _source_row(operation, figure, source, [words[at] for _n, _l, words in beside])
            for at, source in enumerate(shown)
        ),
        shown=len(sources),
        known=len(sources),
        page=shown,
        empty=_("Open to those who may read submissions."),
    )


def _beside(figure: Figure, sources: Iterable[queries.Source]) -> list[tuple[str, str, list[str]]]:
    """Give the columns on how people were counted that have something to say: name, label, words by source."""
    if not counts_people(figure):
        return []
    shown, lang, concept = list(sources), language(), concept_of(figure)
    told = any(METHOD in each.answers for each in shown)
    methods = [method_words(each.answers.get(METHOD), lang) for each in shown] if told else []
    said = [said_of(each, concept, lang) for each in shown] if concept else []
    columns = (("method", _("Counted by"), methods), ("said", _("What the informants said"), said))
    return [each for each in columns if any(each[2])]


def _sum(sources: Sequence[queries.Source], name: str) -> float | None:
    """Add the answers up that can be added; None where they are not numbers."""
    numbers = [source.answers.get(name) for source in sources]
    known = [number for number in numbers if isinstance(number, int | float)]
    return sum(known) if known and len(sources) > 1 else None


def _source_row(
    operation: "Operation", figure: Figure, source: queries.Source, beside: Sequence[str]
) -> Row:
    values = tuple(
        Cell(source.answers.get(name)) for name, _label in queries.concepts_of(figure, language())
    )
    return Row(
        (
            Cell(source.site_name),
            Cell(source.visited_on),
            Cell(source.round_number),
            *values,
            *(Cell(words) for words in beside),
        ),
        href=reverse("verify:submission", args=[operation.code, source.number]),
    )
