"""Mends of an XLSForm: faults that have exactly one safe cure, each said cell by cell before it is made.

Everything here is pure: a form goes in, a mended form comes out, and the given one stays as it was.
"""

from collections.abc import Callable
from functools import partial

from opendtm.forms.lint.rows import Form, cell, prepare
from opendtm.forms.mending.edits import HEADINGS, Edit, Mend, edited
from opendtm.forms.mending.naming import mend_choice_names, mend_names, mend_reserved
from opendtm.forms.mending.sheets import (
    mend_blanks,
    mend_cascade,
    mend_columns,
    mend_form_id,
    mend_language,
    mend_same_choices,
    mend_version,
    setting_edits,
)
from opendtm.forms.workbook import XlsForm

__all__ = [
    "HEADINGS",
    "Edit",
    "Mend",
    "edited",
    "mend_all",
    "mends",
    "setting_of",
    "with_identity",
    "with_setting",
]

_Maker = Callable[[Form], Mend | None]
_MENDS: tuple[_Maker, ...] = (
    mend_blanks,
    mend_columns,
    mend_names,
    mend_reserved,
    mend_choice_names,
    mend_same_choices,
    mend_cascade,
    mend_form_id,
    mend_language,
)


def mends(book: XlsForm, *, version: str = "") -> tuple[Mend, ...]:
    """List what can safely be mended in a form as it stands; `version` is offered to a form that has none."""
    form = prepare(book)
    found = [*(mend(form) for mend in _MENDS), mend_version(form, version)]
    return tuple(mend for mend in found if mend is not None)


def mend_all(book: XlsForm, *, version: str = "") -> tuple[XlsForm, tuple[Mend, ...]]:
    """Make every safe mend, one after the other, each in the form that the mend before it left."""
    done: list[Mend] = []
    every: tuple[_Maker, ...] = (*_MENDS, partial(mend_version, version=version))
    for find in every:
        mend = find(prepare(book))
        if mend is not None:
            book = edited(book, mend.edits)
            done.append(mend)
    return book, tuple(done)


def setting_of(book: XlsForm, *names: str) -> str:
    """Give a setting under the first of some names that has one; empty where none has."""
    return cell(prepare(book).settings, *names)


def with_identity(book: XlsForm) -> XlsForm:
    """Give the form with the identity that its file name gives it, where it says none itself."""
    mend = mend_form_id(prepare(book))
    return edited(book, mend.edits) if mend else book


def with_setting(book: XlsForm, name: str, value: str) -> XlsForm:
    """Give the form with one setting written."""
    return edited(book, setting_edits(prepare(book), name, value))
