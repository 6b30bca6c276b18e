"""The check of a form before it goes to the field: what the converter refuses, and what costs a round later."""

from pathlib import Path

from opendtm.errors import Where
from opendtm.errors.forms import FormNotConverted
from opendtm.forms.conversion import convert_form
from opendtm.forms.lint.choices import check_choices, check_lists
from opendtm.forms.lint.meaning import check_codes, check_limits, check_meaning
from opendtm.forms.lint.minutes import check_minutes
from opendtm.forms.lint.naming import check_headings, check_names, check_settings
from opendtm.forms.lint.privacy import check_consent, check_personal
from opendtm.forms.lint.purpose import check_informants, check_order, check_purpose
from opendtm.forms.lint.rows import prepare
from opendtm.forms.lint.wording import check_choice_labels, check_constraint_messages, check_labels
from opendtm.forms.workbook import XlsForm, open_form
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity

_CHECKS = (
    check_headings,
    check_settings,
    check_minutes,
    check_names,
    check_lists,
    check_choices,
    check_codes,
    check_meaning,
    check_limits,
    check_personal,
    check_consent,
    check_purpose,
    check_order,
    check_informants,
    check_labels,
    check_choice_labels,
    check_constraint_messages,
)
_SEVERITIES = list(Severity)


def check(path: Path | str) -> tuple[Finding, ...]:
    """Find what is wrong with an XLSForm, the weightiest first, each with sheet, row, cause and remedy.

    Raises FormUnreadable or FormArchiveUnsafe where the file is no XLSForm at all.
    """
    return check_form(open_form(Path(path)))


def check_form(form: XlsForm) -> tuple[Finding, ...]:
    """Find what is wrong with a form that is open, the weightiest first."""
    found = lint(form)
    if not form.has("survey"):
        return found
    return _ranked([*found, *_conversion(form, found)])


def lint(form: XlsForm) -> tuple[Finding, ...]:
    """Find what is wrong with an open form without converting it, in the order of the checks."""
    if not form.has("survey"):
        return (_no_survey(form),)
    prepared = prepare(form)
    return tuple(finding for run in _CHECKS for finding in run(prepared))


def _conversion(form: XlsForm, found: tuple[Finding, ...]) -> list[Finding]:
    try:
        remarks = convert_form(form).warnings
    except FormNotConverted as error:
        if _is_told(error.where, found):
            return []
        message = Message(error.sentence, error.details)
        remedy = Message(error.remedy, error.details)
        return [
            Finding("form_not_converted", Severity.HARD, message, remedy=remedy, where=error.where)
        ]
    return [_remark(form, text) for text in remarks]


def _is_told(where: Where, found: tuple[Finding, ...]) -> bool:
    """Tell whether a hard finding already speaks of what the converter stopped at."""
    hard = {
        (finding.where.sheet, finding.where.row)
        for finding in found
        if finding.severity is Severity.HARD
    }
    rows = {where.row} if where.row is not None else {None, 1}
    return any((where.sheet, row) in hard for row in rows)


def _remark(form: XlsForm, text: Message) -> Finding:
    return Finding("converter_remark", Severity.NOTE, text, where=Where(form.name))


def _no_survey(form: XlsForm) -> Finding:
    return Finding(
        "survey_sheet_missing",
        Severity.HARD,
        Message(
            mark("The form has no sheet “survey”; it has: {sheets}."),
            {"sheets": ", ".join(form.sheet_names)},
        ),
        remedy=Message(mark("Name the sheet with the questions “survey”.")),
        where=Where(form.name),
    )


def _ranked(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda finding: _SEVERITIES.index(finding.severity)))
