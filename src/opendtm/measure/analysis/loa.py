"""The list of analyses (LOA): one row an analysis, in the columns of the R package analysistools.

Several group variables in one cell, joined by commas, cut the data by all of them together.
"""

from dataclasses import dataclass
from enum import StrEnum

from opendtm.errors.measure_analysis import AnalysisIncomplete, AnalysisUnknown
from opendtm.i18n import Message, mark
from opendtm.tables.plain import PlainTable

TYPE, VARIABLE, GROUPS, LEVEL = "analysis_type", "analysis_var", "group_var", "level"
NUMERATOR, DENOMINATOR = "analysis_var_numerator", "analysis_var_denominator"
NUMERATOR_ZERO, SKIP_ZERO = "numerator_NA_to_0", "filter_denominator_0"
USUAL_LEVEL = 0.95
_YES = frozenset(("true", "t", "1", "yes", "vrai", "oui"))
_NO = frozenset(("false", "f", "0", "no", "faux", "non"))


class Kind(StrEnum):
    """The types of analyses, by their names in the list."""

    MEAN = "mean"
    MEDIAN = "median"
    SELECT_ONE = "prop_select_one"
    SELECT_MULTIPLE = "prop_select_multiple"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Analysis:
    """One row of the list; `row` is its line in the file.

    `variable` is the question, of a ratio the numerator. A ratio takes an unknown numerator as 0 where
    `numerator_zero`, and leaves out interviews whose denominator is 0 where `skip_zero`.
    """

    kind: Kind
    variable: str
    groups: tuple[str, ...]
    level: float
    row: int
    denominator: str | None = None
    numerator_zero: bool = True
    skip_zero: bool = True


def read_loa(table: PlainTable) -> list[Analysis]:
    """Read a list of analyses, in its order.

    `level` is 0.95, and the two rules of a ratio are TRUE, where the list does not say. ColumnAbsent,
    AnalysisUnknown, AnalysisIncomplete with the row.
    """
    reader = _Reader(table)
    return [reader.analysis(at) for at in range(table.height)]


class _Reader:
    """Reads cells of one list and points at them where they cannot be used."""

    def __init__(self, table: PlainTable) -> None:
        self.table = table
        self.cells = {
            name: table.text(name).to_pylist()
            for name in (
                TYPE,
                VARIABLE,
                GROUPS,
                LEVEL,
                NUMERATOR,
                DENOMINATOR,
                NUMERATOR_ZERO,
                SKIP_ZERO,
            )
            if name in (TYPE, GROUPS) or table.has(name)
        }
        self.levels = table.numbers(LEVEL).to_pylist() if table.has(LEVEL) else None

    def analysis(self, at: int) -> Analysis:
        kind = self._kind(at)
        ratio = kind is Kind.RATIO
        return Analysis(
            kind=kind,
            variable=self._needed(NUMERATOR if ratio else VARIABLE, at),
            groups=self._groups(at),
            level=self._level(at),
            row=self.table.rows[at].as_py(),
            denominator=self._needed(DENOMINATOR, at) if ratio else None,
            numerator_zero=self._truth(NUMERATOR_ZERO, at) if ratio else True,
            skip_zero=self._truth(SKIP_ZERO, at) if ratio else True,
        )

    def _kind(self, at: int) -> Kind:
        written = self._needed(TYPE, at)
        try:
            return Kind(written)
        except ValueError:
            known, where = ", ".join(Kind), self.table.where(TYPE, at)
            raise AnalysisUnknown(kind=written, known=known, where=where) from None

    def _needed(self, name: str, at: int) -> str:
        if name not in self.cells:
            self.table.text(name)  # says which columns there are
        value: str | None = self.cells[name][at]
        if value is None:
            sentence = mark("the cell {column} is empty")
            raise self._incomplete(Message(sentence, {"column": name}), name, at)
        return value

    def _groups(self, at: int) -> tuple[str, ...]:
        written = self.cells[GROUPS][at]
        if written is None:
            return ()
        names = tuple(name.strip() for name in written.split(","))
        if not all(names) or len(set(names)) < len(names):
            reason = Message(
                mark("a group variable is missing between commas, or stands there twice")
            )
            raise self._incomplete(reason, GROUPS, at)
        return names

    def _level(self, at: int) -> float:
        level = None if self.levels is None else self.levels[at]
        if level is None:
            return USUAL_LEVEL
        if not 0 < level < 1:
            reason = Message(mark("the level must lie between 0 and 1, such as 0.95"))
            raise self._incomplete(reason, LEVEL, at)
        return float(level)

    def _truth(self, name: str, at: int) -> bool:
        written = self.cells[name][at] if name in self.cells else None
        word = "true" if written is None else written.lower()
        if word not in _YES | _NO:
            reason = Message(mark("the cell {column} must be TRUE or FALSE"), {"column": name})
            raise self._incomplete(reason, name, at)
        return word in _YES

    def _incomplete(self, reason: Message, column: str, at: int) -> AnalysisIncomplete:
        return AnalysisIncomplete(reason=reason, where=self.table.where(column, at))
