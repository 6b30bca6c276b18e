"""What somebody asks of an export: the language, labels instead of codes, personal answers or not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawOptions:
    """The wishes that every format follows.

    `labels` writes the words of choices instead of their codes, and of questions instead of their names;
    `personal` lets answers come along that the form marks personal; `guarded` puts an apostrophe before a
    text that a spreadsheet would take for a formula (CSV only; the other formats have typed cells).
    """

    lang: str = "en"
    labels: bool = False
    personal: bool = False
    guarded: bool = True
