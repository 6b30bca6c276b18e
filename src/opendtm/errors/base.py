"""The root of the error tree, and the place in an input that an error or a finding points at."""

from dataclasses import dataclass
from typing import ClassVar

from opendtm.i18n import Message, mark


@dataclass(frozen=True, slots=True)
class Where:
    """A place in an input: file, sheet, row (1 = first line of the sheet) and column, as far as known."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def text(self, lang: str) -> str:
        """Write the place for a person, outermost part first."""
        parts = (
            (mark("file {name}"), self.file),
            (mark("sheet {name}"), self.sheet),
            (mark("row {name}"), self.row),
            (mark("column {name}"), self.column),
        )
        return ", ".join(
            Message(sentence, {"name": str(name)}).text(lang)
            for sentence, name in parts
            if name is not None
        )


class OpenDTMError(Exception):
    """Any error that a person may see. Subclasses set `code`, `sentence` and `remedy`.

    `sentence` and `remedy` are English sentences marked for translation; named places in them are filled
    from the keyword arguments.
    """

    code: ClassVar[str] = "OD000"
    sentence: ClassVar[str] = mark("Something is wrong with the input.")
    remedy: ClassVar[str] = ""

    def __init__(self, *, where: Where | None = None, **details: object) -> None:
        """Keep where it happened and the values that the sentence names."""
        self.where = where or Where()
        self.details = details
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """Say what is wrong, in `lang`."""
        return Message(self.sentence, self.details).text(lang)

    def remedy_text(self, lang: str) -> str:
        """Say what to do next, in `lang`; empty where nothing can be advised."""
        return Message(self.remedy, self.details).text(lang)


class InputProblem(OpenDTMError):
    """The input of a command or a request cannot be used as it is (exit status 1, HTTP 4xx)."""

    code = "OD001"


def every_error(root: type[OpenDTMError] = OpenDTMError) -> list[type[OpenDTMError]]:
    """List every error class below `root`, by code, for the manual and its test."""
    found = {root}
    for child in root.__subclasses__():
        found.update(every_error(child))
    return sorted(found, key=lambda error: error.code)
