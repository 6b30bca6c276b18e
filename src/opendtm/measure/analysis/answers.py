"""The answers that a list of analyses asks for, taken from the data column by column, each once.

Answers get names of our own, so that no question can collide with a column of the design.
"""

from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc

from opendtm.errors.measure_analysis import (
    AnswerNotNumber,
    ChoicesAbsent,
    GroupEmpty,
    QuestionAbsent,
)
from opendtm.errors.tables_plain import CellUnusable
from opendtm.i18n import Message, mark
from opendtm.measure.analysis.loa import GROUPS, Analysis
from opendtm.tables.plain import PlainTable

NO_GROUP = "NA"  # the group of rows without a value, as R names it
SEPARATORS = (".", "/")
SHOWN = 40
_TRUTHS = {"1": 1, "1.0": 1, "true": 1, "vrai": 1, "0": 0, "0.0": 0, "false": 0, "faux": 0}


class Answers:
    """Columns taken from the data so far; `columns` are what an estimator reads.

    `loa` is the list, whose rows the errors point at.
    """

    def __init__(self, data: PlainTable, loa: PlainTable) -> None:
        """Start with no column taken."""
        self.data, self.loa = data, loa
        self.columns: dict[str, pa.Array] = {}
        self._taken: dict[tuple[str, ...], str] = {}
        self._choices: dict[str, list[tuple[str, str]]] = {}

    def number(self, name: str, analysis: Analysis) -> str:
        """Take a column of numbers. QuestionAbsent, AnswerNotNumber with the row of the data."""
        return self._once(("number", name), lambda: self._numbers(name, analysis))

    def words(self, name: str, analysis: Analysis) -> str:
        """Take a column of words. QuestionAbsent."""
        return self._once(("words", name), lambda: self._column(name, analysis))

    def group(self, name: str, analysis: Analysis) -> str:
        """Take a group variable; rows without a value form the group NA. QuestionAbsent, GroupEmpty."""
        return self._once(("group", name), lambda: self._grouped(name, analysis))

    def pair(self, analysis: Analysis) -> tuple[str, str]:
        """Take numerator and denominator of a ratio by its rules; unknown where an interview is left out."""
        rules = (str(analysis.numerator_zero), str(analysis.skip_zero))
        below_name = analysis.denominator or ""
        above = self._numbers(analysis.variable, analysis)
        below = self._numbers(below_name, analysis)
        if analysis.skip_zero:
            below = pc.if_else(pc.equal(below, 0.0), pa.scalar(None, pa.float64()), below)
        if analysis.numerator_zero:
            above = pc.fill_null(above, 0.0)
        key = (analysis.variable, below_name, *rules)
        return self._once(("above", *key), lambda: above), self._once(
            ("below", *key), lambda: below
        )

    def levels(self, column: str) -> list[str]:
        """List the answers of a column of words in order: numbers by size, else words by letters."""
        found = [word for word in pc.unique(self.columns[column]).to_pylist() if word is not None]
        return in_order(found)

    def choices(self, name: str, analysis: Analysis) -> list[tuple[str, str]]:
        """Take a question with several answers: each choice with its column of 0 and 1.

        Read from the columns of its choices, in their order, where there are any; else from the choices in
        its text, with a space between them. An interview that was not asked is unknown in every choice.
        """
        if name not in self._choices:
            self._choices[name] = list(self._read_choices(name, analysis))
        return self._choices[name]

    def _read_choices(self, name: str, analysis: Analysis) -> Iterable[tuple[str, str]]:
        asked = self.data.text(name) if self.data.has(name) else None
        for separator in SEPARATORS:
            start = f"{name}{separator}"
            found = [
                each for each in self.data.headings if each.startswith(start) and each != start
            ]
            if found:
                return [
                    (each.removeprefix(start), self._add(self._truths(each, asked)))
                    for each in found
                ]
        if asked is None:
            where = self.loa.where(None, self._line(analysis))
            raise ChoicesAbsent(file=self.data.file, column=name, where=where)
        return self._from_text(asked)

    def _truths(self, heading: str, asked: pa.Array | None) -> pa.Array:
        """Read one column of a choice; unknown where the question itself was not answered."""
        encoded = pc.utf8_lower(self.data.text(heading)).dictionary_encode()
        read = [_TRUTHS.get(word) for word in encoded.dictionary.to_pylist()]
        if None in read:
            at = pc.index(encoded.indices, read.index(None)).as_py()
            reason = Message(mark("a column of a choice holds 1 or 0, TRUE or FALSE"))
            raise self.data.unusable(heading, at, reason)
        values = pa.array(read, pa.int8()).take(encoded.indices)
        if asked is None:
            return values
        return pc.if_else(pc.is_valid(asked), values, pa.scalar(None, pa.int8()))

    def _from_text(self, asked: pa.Array) -> list[tuple[str, str]]:
        encoded = asked.dictionary_encode()
        given = [set(text.split()) for text in encoded.dictionary.to_pylist()]
        return [
            (
                choice,
                self._add(
                    pa.array([int(choice in one) for one in given], pa.int8()).take(encoded.indices)
                ),
            )
            for choice in in_order(set().union(*given))
        ]

    def _numbers(self, name: str, analysis: Analysis) -> pa.Array:
        self._column(name, analysis)
        try:
            return self.data.numbers(name)
        except CellUnusable as unusable:
            raise AnswerNotNumber(
                value=unusable.details["value"],
                row=analysis.row,
                kind=analysis.kind.value,
                where=unusable.where,
            ) from unusable

    def _grouped(self, name: str, analysis: Analysis) -> pa.Array:
        column = self._column(name, analysis)
        if column.null_count == len(column):
            raise GroupEmpty(column=name, where=self.loa.where(GROUPS, self._line(analysis)))
        return pc.fill_null(column, NO_GROUP)

    def _column(self, name: str, analysis: Analysis) -> pa.Array:
        if not self.data.has(name):
            known = [heading for heading in self.data.headings if heading]
            listed = ", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else "")
            where = self.loa.where(None, self._line(analysis))
            raise QuestionAbsent(file=self.data.file, column=name, known=listed, where=where)
        return self.data.text(name)

    def _line(self, analysis: Analysis) -> int:
        return int(pc.index(self.loa.rows, analysis.row).as_py())

    def _once(self, key: tuple[str, ...], make: Callable[[], pa.Array]) -> str:
        if key not in self._taken:
            self._taken[key] = self._add(make())
        return self._taken[key]

    def _add(self, column: pa.Array) -> str:
        name = f"answer {len(self.columns)}"
        self.columns[name] = column
        return name


def in_order(words: Iterable[str]) -> list[str]:
    """Sort words: by size where all are numbers, else by their letters; the group NA comes last."""
    found = list(words)
    named = [word for word in found if word != NO_GROUP]
    numeric = all(_is_number(word) for word in named)
    ordered = sorted(named, key=lambda word: (float(word) if numeric else 0.0, word))
    return ordered + [word for word in found if word == NO_GROUP]


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return word[-1:].isdigit()
