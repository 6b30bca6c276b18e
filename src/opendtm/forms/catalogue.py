"""The forms of the catalogue: what each is for, for whom, and what it took over from the questionnaires of the field.

A form file is an XLSForm as Markdown tables with two sheets more, which converters pass over: `about` (title,
component, purpose, for whom) and `notes` (a field of the field's own questionnaires, and the question that asks
it here or the reason why none does).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from opendtm import catalogue
from opendtm.i18n import Label

_FOLDER = "forms"


class Component(StrEnum):
    """The part of displacement tracking that a form belongs to."""

    MOBILITY = "mobility"
    FLOW = "flow"
    REGISTRATION = "registration"
    SURVEY = "survey"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class SourceField:
    """A field of a questionnaire of the field: asked here by `questions`, or left out for a `reason`.

    `source` names the questionnaire; a `reason` may also stand beside questions, as a remark.
    """

    source: str
    field: str
    questions: tuple[str, ...]
    reason: Label | None


@dataclass(frozen=True, slots=True)
class CatalogueForm:
    """One form of the catalogue. `form_id` is the name of its file too."""

    form_id: str
    path: Path
    title: Label
    component: Component
    purpose: Label
    audience: Label
    fields: tuple[SourceField, ...]


@cache
def catalogue_forms() -> tuple[CatalogueForm, ...]:
    """List every form of the catalogue by component, in the order of `Component`, then by ID."""
    files = catalogue.names(_FOLDER, ".md")
    found = (_read(catalogue.ROOT / file) for file in files)
    order = list(Component)
    return tuple(sorted(found, key=lambda form: (order.index(form.component), form.form_id)))


def catalogue_form(form_id: str) -> CatalogueForm:
    """Give one form of the catalogue; KeyError where there is none of that ID."""
    for form in catalogue_forms():
        if form.form_id == form_id:
            return form
    raise KeyError(f"no form {form_id!r} in the catalogue")


def _read(path: Path) -> CatalogueForm:
    sheets = _sheets(path.read_text(encoding="utf-8"))
    about = {
        row["about"]: Label(row["English (en)"], row["French (fr)"]) for row in sheets["about"]
    }
    return CatalogueForm(
        form_id=sheets["settings"][0]["form_id"],
        path=path,
        title=about["title"],
        component=Component(about["component"].en),
        purpose=about["purpose"],
        audience=about["audience"],
        fields=tuple(_field(row) for row in sheets.get("notes", ())),
    )


def _field(row: Mapping[str, str]) -> SourceField:
    reason = Label(row["English (en)"], row["French (fr)"]) if row["English (en)"] else None
    return SourceField(row["source"], row["field"], tuple(row["question"].split()), reason)


def _sheets(text: str) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Take a file of Markdown tables apart: the sheet's name alone in a row, then headings, then rows."""
    sheets: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            continue
        first, *cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
        if first:
            rows = sheets.setdefault(first, [])
        else:
            rows.append(cells)
    return {
        name: [dict(zip(table[0], row, strict=True)) for row in table[1:]]
        for name, table in sheets.items()
        if table
    }
