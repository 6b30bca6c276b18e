"""Figures of a survey: every indicator of interviews, estimated with the design of the sample.

The expressions are those of the other indicators; what differs is that an interview stands for others, so a
figure comes with its error. One pass of `survey.estimate` a level answers for all indicators.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors.measure import IndicatorOfOtherRecord
from opendtm.measure.columns import AS_OF
from opendtm.measure.definitions import Indicator
from opendtm.measure.engines import DUCKDB, Engine, fetched
from opendtm.measure.exchange import by_pairs
from opendtm.measure.expressions import Column, Table, part_of, readable, row_denominator, row_value
from opendtm.measure.grammar import Averaged, Share
from opendtm.measure.observed import record_panel
from opendtm.measure.panels import Panel
from opendtm.measure.reading import choose, indicators
from opendtm.measure.scope import Record
from opendtm.measure.survey import Bounds, Design, Estimate, Statistic, Term, declare, estimate
from opendtm.records import Coverage, Figure, Method

MET, UNMET = "met", "unmet"
PLAIN, OPEN = Design(), Bounds()


@dataclass(frozen=True, slots=True)
class Estimated:
    """A figure of a survey with the estimate it was taken from: error, interval, design effect, method.

    In the figure `n_places` is the number of interviews with a known answer, and `coverage` counts interviews.
    """

    figure: Figure
    estimate: Estimate


def interview_panel(interviews: pa.Table, *, round_: str | None = None) -> Panel:
    """Build the panel of the interviews of a survey; columns of the design stay beside the concepts."""
    made = record_panel(interviews, record=Record.INTERVIEW, round_=round_)
    table = made.table
    for name in interviews.column_names:
        if name not in table.column_names and name.startswith("_"):
            table = table.append_column(name, interviews[name])
    return replace(made, table=table)


def interview_figures(
    panel: Panel,
    *,
    design: Design = PLAIN,
    names: Collection[str] | None = None,
    by: str = "none",
    along: str | None = None,
    bounds: Bounds = OPEN,
    engine: Engine = DUCKDB,
) -> list[Estimated]:
    """Estimate the indicators of interviews from a panel of them.

    `design` names columns of the panel's table (weights, strata, clusters); without weights every interview
    counts the same. `names` are ids of indicators, None all that the columns can answer. `by` is `none`, or an
    administrative level or `site` whose codes are columns; `along` takes the figures apart by a concept.
    `bounds` withholds what too few interviews stand behind. An estimate without a value has its reason.
    `engine` says where it is computed.
    Raises IndicatorOfOtherRecord, and what `survey.declare` raises.
    """
    chosen = interview_indicators(panel, names)
    groups = grouping(by, along)
    answers = _answers(engine.bind(panel.table), chosen, groups, design)
    sample = declare(answers, design, on=engine)
    found = estimate(
        sample, [_term(one, n) for n, one in enumerate(chosen)], by=groups, bounds=bounds
    )
    domain = domain_of(panel, by, along)
    return [
        Estimated(domain.figure(chosen[number % len(chosen)], each, Method.ESTIMATED), each)
        for number, each in enumerate(found)
    ]


def interview_indicators(panel: Panel, names: Collection[str] | None) -> tuple[Indicator, ...]:
    """Give the indicators of interviews named, or all that the panel's columns can answer.

    Raises IndicatorOfOtherRecord for one of other records.
    """
    columns = frozenset(panel.table.column_names)
    asked = indicators() if names is None else choose(names)
    for one in asked if names is not None else ():
        if one.record is not Record.INTERVIEW:
            raise IndicatorOfOtherRecord(
                indicator=one.id, wanted=one.record.value, given=Record.INTERVIEW.value
            )
    return tuple(
        one for one in asked if one.record is Record.INTERVIEW and readable(one.value, columns)
    )


def level_column(by: str) -> str | None:
    """Name the column that holds the codes of a level of place; None for all places together."""
    return None if by == "none" else "site_id" if by == "site" else f"{by}_code"


def grouping(by: str, along: str | None) -> list[str]:
    """Name the columns whose values make the domains of a level and of a concept."""
    return [name for name in (level_column(by), along) if name]


def _answers(
    table: Table, chosen: Sequence[Indicator], groups: Sequence[str], design: Design
) -> pa.Table:
    """Give each interview what it adds to every indicator, its groups and the columns of the design."""
    columns: dict[str, Column] = {name: part_of(table[name]) for name in groups}
    columns |= {name: table[name] for name in design.columns()}
    for number, one in enumerate(chosen):
        columns |= _added(table, one, number)
    return fetched(table.select(**columns))


def _added(table: Table, one: Indicator, number: int) -> dict[str, Column]:
    value = row_value(table, one.value)
    if isinstance(one.value, Share):
        said = ibis.cases((value == 1, MET), (value == 0, UNMET), else_=ibis.null("string"))
        return {f"v{number}": said}
    if isinstance(one.value, Averaged):
        return {f"v{number}": value, f"d{number}": row_denominator(table, one.value)}
    return {f"v{number}": value}


def _term(one: Indicator, number: int) -> Term:
    if isinstance(one.value, Share):
        return Term(Statistic.PROPORTION, f"v{number}", level=MET)
    if isinstance(one.value, Averaged):
        return Term(Statistic.RATIO, f"v{number}", f"d{number}")
    return Term(Statistic.TOTAL, f"v{number}")


@dataclass(frozen=True, slots=True)
class Domain:
    """What figures are made for: a round with its newest day, a level of place, a concept to take them apart by."""

    round: str | None
    newest: date | None
    by: str
    along: str | None

    def figure(self, one: Indicator, found: Estimate, method: Method) -> Figure:
        """Give the figure of an estimate; nothing known where nobody answered."""
        groups = dict(found.group)
        code = groups.get(level_column(self.by) or "")
        return Figure(
            indicator=one.id,
            value=found.value,
            unit=one.unit,
            place_code=None if code == "unknown" else code,
            place_name=None,
            place_level=self.by,
            n_places=found.n_total,
            as_of=self.newest if found.n_total else None,
            method=method if found.n_total else Method.UNKNOWN,
            coverage=Coverage(n_known=found.n_total + found.n_missing, n_assessed=found.n_total),
            by=by_pairs(f"{self.along}={groups[self.along]}") if self.along else (),
            round=self.round,
        )


def domain_of(panel: Panel, by: str, along: str | None) -> Domain:
    """Give the domain of a panel's figures."""
    return Domain(panel.round, pc.max(panel.table[AS_OF]).as_py(), by, along)
