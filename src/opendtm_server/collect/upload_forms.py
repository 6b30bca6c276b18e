"""The forms on the pages of uploads: the file, its days, its sites, and what each of its columns holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opendtm.tables import (
    ColumnMapping,
    ColumnReport,
    Fate,
    Recognition,
    SheetMapping,
    SheetReport,
)
from opendtm.tables import Mapping as ReadingMapping
from opendtm.vocab import Sharing, concepts
from opendtm_server.collect.errors import ColumnUnfit
from opendtm_server.ui.forms import DayInput

UPLOAD_LIMIT = 20 * 1024 * 1024
SHOWN = 200


class NewUpload(forms.Form):
    """A file of an old round."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("CSV or Excel (.xlsx, .xls), up to 20 MB and 5,000 rows; one round a file."),
    )
    name = forms.SlugField(
        label=_("Where the file comes from"),
        max_length=40,
        help_text=_(
            "Letters, digits and hyphens, such as baseline-north. Files of the same origin are read the"
            " same way, and their rounds follow each other."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse a file over the limit."""
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_LIMIT:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


class UploadReading(forms.Form):
    """The days of the round and the sites that the file's names mean."""

    starts_on = forms.DateField(label=_("First day of the round"), required=False, widget=DayInput)
    ends_on = forms.DateField(
        label=_("Last day of the round"),
        required=False,
        widget=DayInput,
        help_text=_("Rows without a day of their own get this one."),
    )
    sites = forms.CharField(
        label=_("Sites"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Only for names that were not found: one line a site, its name as in the file, the equals"
            " sign, its site ID here. A line without an ID is skipped."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for both days or none."""
        said: dict[str, Any] = super().clean() or {}
        if bool(said.get("starts_on")) != bool(said.get("ends_on")):
            raise forms.ValidationError(_("Give the first and the last day, or neither."))
        return said

    def days(self) -> tuple[date, date] | None:
        """Give the days of the round where they were given."""
        first, last = self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]
        return (first, last) if first and last else None


@dataclass(frozen=True)
class ColumnChoice:
    """One column on the page: what stands above it, what was recognised, and what it is read as."""

    field: str
    heading: str
    recognised: str
    confidence: float
    personal: bool
    chosen: str


def column_choices(
    recognised: Recognition, mapping: dict[str, Any], posted: Mapping[str, Any] | None = None
) -> list[ColumnChoice]:
    """List the columns of the sheets that are read; a mapping that was kept goes before what was recognised."""
    kept = ReadingMapping.parse(mapping) if mapping else ReadingMapping()
    return [
        ColumnChoice(
            field=field,
            heading=column.heading or str(column.position),
            recognised=_recognised(column),
            confidence=column.confidence,
            personal=column.fate is Fate.PERSONAL,
            chosen=str(posted.get(field, ""))
            if posted
            else _kept(kept.of(sheet.name), sheet, column),
        )
        for field, sheet, column in _columns(recognised)
    ][:SHOWN]


def mapping_of(recognised: Recognition, posted: Mapping[str, Any]) -> ReadingMapping:
    """Make the mapping of what somebody chose.

    It says what was changed and leaves the rest to be recognised: a column that is read as something else is
    not read as what it was, and an option that was emptied is missing from its question alone. ColumnUnfit
    where a name is no concept, is personal, or is given twice.
    """
    named = len(recognised.sheets) > 1
    return ReadingMapping(
        tuple(
            _sheet_mapping(sheet, _chosen(recognised, sheet, posted), named=named)
            for sheet in recognised.sheets
            if sheet.read
        )
    )


def _chosen(
    recognised: Recognition, sheet: SheetReport, posted: Mapping[str, Any]
) -> list[tuple[ColumnReport, str]]:
    """Give what each column of a sheet is to be read as; personal ones are never asked for."""
    return [
        (column, str(posted.get(field, _recognised(column))).strip())
        for field, around, column in _columns(recognised)
        if around is sheet and column.fate is not Fate.PERSONAL
    ]


def _sheet_mapping(
    sheet: SheetReport, chosen: list[tuple[ColumnReport, str]], *, named: bool
) -> SheetMapping:
    changed = [(column, name) for column, name in chosen if name != _recognised(column)]
    columns: dict[str, ColumnMapping] = {}
    for column, name in changed:
        if not name:
            continue
        if not _is_readable(name) or [one for _column, one in chosen].count(name) > 1:
            raise ColumnUnfit(name=name[:100])
        columns[name] = ColumnMapping((_key(sheet, column),))
    return SheetMapping(
        sheet=sheet.name if named else None,
        columns=columns,
        leave=tuple(_key(sheet, column) for column in _left(chosen)) if changed else (),
    )


def _left(chosen: list[tuple[ColumnReport, str]]) -> list[ColumnReport]:
    """List the columns that must not be recognised: those read otherwise, and those that would take their place."""
    return [
        column
        for column, name in chosen
        if column.concept and (not name or name != _recognised(column))
    ]


def readable_concepts() -> list[str]:
    """Name the concepts that a column can be read as."""
    return [name for name in concepts() if _is_readable(name)]


def _is_readable(name: str) -> bool:
    return name in concepts() and concepts()[name].sharing is not Sharing.PERSONAL


def _columns(recognised: Recognition) -> Iterator[tuple[str, SheetReport, ColumnReport]]:
    for number, sheet in enumerate(recognised.sheets):
        if sheet.read:
            for column in sheet.columns:
                yield f"column-{number}-{column.position}", sheet, column


def _recognised(column: ColumnReport) -> str:
    return (column.concept or "") if column.fate is Fate.READ else ""


def _key(sheet: SheetReport, column: ColumnReport) -> str | int:
    """Name a column by its heading where no other has it, so that the mapping fits the next file too."""
    same = [one for one in sheet.columns if one.heading == column.heading]
    return column.heading if column.heading and len(same) == 1 else column.position


def _kept(said: SheetMapping | None, sheet: SheetReport, column: ColumnReport) -> str:
    key = _key(sheet, column)
    if said is None:
        return _recognised(column)
    rest = _recognised(column) if said.recognise and key not in said.leave else ""
    return next((name for name, one in said.columns.items() if key in one.columns), rest)
