"""Checks of purpose: personal data only where the form's purpose needs it, after consent, and from whom it concerns."""

from collections.abc import Iterator

from opendtm.forms.lint.privacy import asks_consent
from opendtm.forms.lint.rows import Form, Item, cell
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity
from opendtm.vocab import Sharing, code_list

HEADING = "opendtm::purpose"


def check_purpose(form: Form) -> Iterator[Finding]:
    """Find a purpose that is none, and personal questions in a form whose purpose needs no personal data."""
    purposes = code_list("form_purpose")
    said = cell(form.settings, HEADING)
    if said and said not in purposes:
        yield form.finding(
            "purpose_unknown",
            Severity.HARD,
            Message(
                mark("“{purpose}” is not a purpose of a form."),
                {"purpose": said, "codes": ", ".join(purposes.names())},
            ),
            remedy=mark("Use one of these codes: {codes}."),
            sheet="settings",
            row=2,
            column=HEADING,
        )
        return
    if said and purposes.get(said).facts.get("personal"):
        return
    needing = ", ".join(code.name for code in purposes if code.facts.get("personal"))
    for item in _personal(form):
        yield form.finding(
            "personal_without_purpose",
            Severity.SOFT,
            Message(
                mark("“{name}” asks for personal data, and the form has no purpose that needs it."),
                {"name": item.name, "codes": needing},
            ),
            remedy=mark(
                "Leave the question out. A form that needs it says so under “opendtm::purpose” on the sheet "
                "“settings”: {codes}."
            ),
            row=item.number,
            column="opendtm::sharing",
        )


def check_order(form: Form) -> Iterator[Finding]:
    """Find the first personal question that is asked before consent, or without it."""
    consent = next((item.number for item in form.items if asks_consent(item)), None)
    first = next(_personal(form), None)
    if first is not None and (consent is None or first.number < consent):
        yield form.finding(
            "personal_before_consent",
            Severity.SOFT,
            Message(
                mark("“{name}” asks for personal data before the person has agreed."),
                {"name": first.name},
            ),
            remedy=mark("Ask for consent first, and ask nothing more where it is refused."),
            row=first.number,
        )


def check_informants(form: Form) -> Iterator[Finding]:
    """Find sensitive questions put to key informants, whose interviews others overhear."""
    key = {code.name for code in code_list("suitable_informant") if code.facts.get("key")}
    delicate = {Sharing.SENSITIVE, Sharing.PERSONAL}
    for item in form.items:
        asked = set(item.meaning.get("informant", "").split()) & key
        if asked and item.asks and item.meaning.get("sharing") in delicate:
            yield form.finding(
                "sensitive_to_key_informant",
                Severity.SOFT,
                Message(
                    mark("“{name}” is sensitive and is put to a key informant."),
                    {"name": item.name},
                ),
                remedy=mark(
                    "Leave the question out, or ask it of the household or the person concerned, in private."
                ),
                row=item.number,
                column="opendtm::informant",
            )


def _personal(form: Form) -> Iterator[Item]:
    return (
        item for item in form.items if item.asks and item.meaning.get("sharing") == Sharing.PERSONAL
    )
