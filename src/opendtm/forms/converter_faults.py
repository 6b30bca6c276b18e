"""Says in our words what the converter complains of, with sheet, row, cause and remedy.

pyxform speaks English and stops at the first fault. The faults that people really make are told here in both
languages with what to do; the rest are passed on as the converter words them.
"""

import re
from dataclasses import dataclass

from opendtm.i18n import Message, mark

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]")
_SHEET = re.compile(r"\b(?:On the|for sheet:?) '(\w+)'")
_OTHERWISE = mark("the converter says: {text}")
_LOOK = mark("Correct it at that place and run the check again.")

# pattern of the converter's text (its groups fill the places), our cause, our remedy
_FAULTS: tuple[tuple[str, str, str], ...] = (
    (
        r"Choice names must be unique",
        mark("two choices of one list have the same name."),
        mark(
            "Give every choice its own name. Where one name must return under several parents, as places do, write "
            "“yes” under “allow_choice_duplicates” on the sheet “settings”."
        ),
    ),
    (
        r"Headers that are different names for the same column were found: '(?P<first>[^']*)', '(?P<second>[^']*)'",
        mark("the columns “{first}” and “{second}” mean the same."),
        mark("Move the content into one of the two columns and delete the other."),
    ),
    (
        r"Duplicate column header: (?P<column>.*)",
        mark("the column “{column}” stands there twice."),
        mark("Move the content into one of the two columns and delete the other."),
    ),
    (
        r"required column headers were not found: (?P<columns>.*?)\. ",
        mark("the sheet lacks the column {columns}."),
        mark("Add the column; on the sheet “choices” these are “list_name”, “name” and “label”."),
    ),
    (
        r"Column headers must not be empty and must not contain spaces",
        mark("a column of the sheet “choices” has an empty name or a name with spaces."),
        mark("Write the column name without spaces, for example with an underscore."),
    ),
    (
        r"Names must begin with a letter or underscore",
        mark("a name has spaces or signs that are not allowed."),
        mark("Use letters, digits and underscores only, beginning with a letter."),
    ),
    (
        r"Unknown question type '(?P<type>[^']*)'",
        mark("the question type “{type}” does not exist."),
        mark(
            "Use a type of XLSForm, such as text, integer, date, geopoint, select_one LIST, calculate or note."
        ),
    ),
    (
        r"Could not find the name '(?P<name>[^']*)'",
        mark("an expression names “{name}”, which is no question of the form."),
        mark("Correct the name between ${{ and }}, or add the question."),
    ),
    (
        r"The name '(?P<name>[^']*)' appears more than once",
        mark("an expression names “{name}”, and several questions have that name."),
        mark("Give every question its own name."),
    ),
    (
        r"(?:the 'name' value '(?P<name>[^']*)' is invalid.*must be unique|Repeat names must unique)",
        mark("a name is used twice in the same group."),
        mark("Give every question, group and repeat its own name."),
    ),
    (
        r"Repeat names must not be the same as the survey root",
        mark("a repeat has the name of the form itself (“data”)."),
        mark("Give the repeat another name."),
    ),
    (
        r"The name 'meta' is reserved",
        mark("the name “meta” is reserved."),
        mark("Give the question another name."),
    ),
    (
        r"List name not in choices sheet: (?P<list>.*)",
        mark("the list “{list}” is not on the sheet “choices”."),
        mark("Add the choices of the list, or correct its name in the column “type”."),
    ),
    (
        r"There should be a choices sheet",
        mark("the form has a question with choices, but no sheet “choices”."),
        mark("Add a sheet “choices” with the columns “list_name”, “name” and “label”."),
    ),
    (
        r"You must have a sheet named 'survey'|must have a sheet (?:named|called) .*survey",
        mark("the form has no sheet “survey”."),
        mark("Name the sheet with the questions “survey”."),
    ),
    (
        r"Choices must have a name",
        mark("a choice has no name."),
        mark("Write a name in the column “name”, or delete the row."),
    ),
    (
        r"Choices should have a label",
        mark("a choice has no label."),
        mark("Write what the enumerator reads in the column “label”."),
    ),
    (
        r"The survey element named '(?P<name>[^']*)' has no label or hint",
        mark("the question “{name}” has no label and no hint."),
        mark("Write what the enumerator reads in the column “label”, in every language."),
    ),
    (
        r"Missing calculation",
        mark("a row of type “calculate” has no calculation."),
        mark("Write the expression in the column “calculation”, or delete the row."),
    ),
    (
        r"Question or group with no name",
        mark("a question or group has no name."),
        mark("Write a name in the column “name”."),
    ),
    (
        r"Question with no type",
        mark("a row has no question type."),
        mark("Write a type in the column “type”, or delete the row."),
    ),
    (
        r"Unmatched (?:begin|end)|[Uu]nmatched '?(?:begin|end)",
        mark("a group or repeat is opened and not closed, or closed and not opened."),
        mark(
            "Check that every “begin_group” and “begin_repeat” has its “end_group” or “end_repeat”."
        ),
    ),
    (
        r"Reference variables must start with",
        mark("an expression has “$”, but not in the form ${{name}}."),
        mark("Write a reference as ${{name_of_the_question}}."),
    ),
    (
        r"Parameters must be in the form",
        mark("the column “parameters” is not in the form key=value."),
        mark("Write parameters as key=value, with a space between two of them."),
    ),
    (
        r"The same instance id will be generated.*Instance name: '(?P<name>[^']*)'",
        mark("the list “{name}” exists twice, once as choices and once as a file."),
        mark("Rename the list on the sheet “choices”, or the file."),
    ),
    (
        r"This section has not been included",
        mark("it includes another form, which is not in this file."),
        mark("Copy the included questions into the sheet “survey”."),
    ),
    (
        r"must have a comma between each variable",
        mark("the column “trigger” names several questions without a comma between them."),
        mark("Put a comma between the names."),
    ),
)
_COMPILED = tuple(
    (re.compile(pattern, re.DOTALL), cause, remedy) for pattern, cause, remedy in _FAULTS
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the converter found: cause and remedy in words, and where, as far as it says."""

    cause: Message
    remedy: Message
    sheet: str | None = None
    row: int | None = None


def explain(error: BaseException) -> Fault:
    """Turn a failure of the converter into a fault that a person can mend."""
    text = " ".join(str(error).split())
    row, sheet = _ROW.search(text), _SHEET.search(text)
    cause, remedy = _words(text)
    number = int(row.group(1)) if row else None
    return Fault(cause, remedy, sheet.group(1) if sheet else ("survey" if row else None), number)


def explain_warning(text: str) -> Message:
    """Pass a warning of the converter on."""
    return Message(_OTHERWISE, {"text": " ".join(text.split())[:400]})


def _words(text: str) -> tuple[Message, Message]:
    for pattern, cause, remedy in _COMPILED:
        if match := pattern.search(text):
            values = {name: value or "" for name, value in match.groupdict().items()}
            return Message(cause, values), Message(remedy, values)
    return Message(_OTHERWISE, {"text": text[:400]}), Message(_LOOK)
