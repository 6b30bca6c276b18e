"""What a person calls each type of question."""

from collections.abc import Mapping

from opendtm.forms.definition import QuestionType
from opendtm.i18n import Message, mark

_WORDS: Mapping[QuestionType, str] = {
    QuestionType.TEXT: mark("text"),
    QuestionType.INTEGER: mark("whole number"),
    QuestionType.DECIMAL: mark("decimal number"),
    QuestionType.DATE: mark("day"),
    QuestionType.TIME: mark("time of day"),
    QuestionType.DATETIME: mark("day and time"),
    QuestionType.BOOLEAN: mark("yes or no"),
    QuestionType.SELECT_ONE: mark("one choice"),
    QuestionType.SELECT_MULTIPLE: mark("several choices"),
    QuestionType.RANK: mark("ranking"),
    QuestionType.GEOPOINT: mark("point on the map"),
    QuestionType.GEOTRACE: mark("line on the map"),
    QuestionType.GEOSHAPE: mark("area on the map"),
    QuestionType.BINARY: mark("file"),
    QuestionType.BARCODE: mark("barcode"),
    QuestionType.NOTE: mark("note"),
}


def type_words(of: QuestionType) -> Message:
    """Name a type of question."""
    return Message(_WORDS[of])
