"""The words of an export: headings, values as labels, the data dictionary, the lines that explain the file."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from opendtm.i18n import mark, translate
from opendtm.render.raw.layout import Layout, RawColumn, RawTable, label_in
from opendtm.render.raw.options import RawOptions

OWN: Mapping[str, str] = {
    "_id": mark("Number of the filled form"),
    "_row": mark("Key of this row"),
    "_parent": mark("Key of the row that this one belongs to"),
    "_version": mark("Version of the form"),
    "_received": mark("Received (UTC)"),
    "_phone": mark("Phone"),
    "_round": mark("Round"),
    "_site": mark("Site ID"),
    "_review": mark("State of the review"),
    "_corrected": mark("Corrected answers, as concept=value"),
    "_not_of_type": mark(
        "Answers that are not of the type that the form asks for; read them as received"
    ),
}
DICTIONARY = (
    mark("Table"),
    mark("Column"),
    mark("Question"),
    mark("Type"),
    mark("Choices"),
    mark("Concept"),
    mark("HXL hashtag"),
    mark("Sharing class"),
)
PRIVACY = mark(
    "Answers of single visits may point at persons or places at risk. Keep this file where only those may read it who need it, and delete it afterwards."
)
LEFT_OUT = mark("Personal questions left out: {count}.")
ROWS = mark("{table}: {count} rows.")
Writer = Callable[[Any], Any]


def heading(column: RawColumn, options: RawOptions) -> str:
    """Give the head of a column: its name, or the words of its question."""
    if not options.labels:
        return column.name
    if not column.path:
        return translate(OWN[column.name], options.lang)
    words = label_in(column.labels, options.lang) or column.name
    if column.part.startswith("choice/"):
        return f"{words} - {_choice(column, column.part.removeprefix('choice/'), options)}"
    return f"{words} ({column.part})" if column.part else words


def worded(column: RawColumn, options: RawOptions) -> Writer:
    """Give what turns a cell of a column into what is written: codes as they are, or as their labels."""
    if not options.labels or not column.choices or column.part:
        return _as_it_is
    known = {
        choice.name: label_in(choice.labels, options.lang) or choice.name
        for choice in column.choices
    }

    def write(value: Any) -> Any:
        if value is None or value in known:
            return known.get(value)
        return "; ".join(known.get(code, code) for code in str(value).split())

    return write


def dictionary(plan: Layout, options: RawOptions) -> Iterator[tuple[str, ...]]:
    """Give the data dictionary: its heads, then a row for each column of each table."""
    yield tuple(translate(words, options.lang) for words in DICTIONARY)
    for table in plan.tables:
        for column in table.columns:
            yield _entry(table, column, options)


def explanations(plan: Layout, counts: Mapping[str, int], options: RawOptions) -> Iterator[str]:
    """Give the lines that explain an export: the form, the rows of each table, what was left out, care."""
    yield plan.title
    for table in plan.tables:
        line = translate(ROWS, options.lang)
        yield line.format(table=table.title, count=counts[table.repeat])
    if plan.left_out:
        yield translate(LEFT_OUT, options.lang).format(count=plan.left_out)
    yield translate(PRIVACY, options.lang)


def _entry(table: RawTable, column: RawColumn, options: RawOptions) -> tuple[str, ...]:
    question = column.question
    choices = "; ".join(
        f"{one.name}={label_in(one.labels, options.lang)}"
        for one in column.choices
        if not column.part
    )
    return (
        table.title,
        column.name,
        heading(column, RawOptions(lang=options.lang, labels=True)),
        _type(column.type),
        choices,
        (question.concept or "") if question else "",
        (question.hxl or "") if question else "",
        column.sharing,
    )


def _choice(column: RawColumn, code: str, options: RawOptions) -> str:
    for choice in column.choices:
        if choice.name == code:
            return label_in(choice.labels, options.lang) or code
    return code


def _type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "integer"
    return {"double": "number", "date32[day]": "date", "bool": "boolean"}.get(str(kind), "text")


def _as_it_is(value: Any) -> Any:
    return value
