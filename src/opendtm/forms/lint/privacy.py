"""Checks of protection: consent comes first, and what concerns one person is marked as personal."""

import re
from collections.abc import Iterator

from opendtm.forms.lint.rows import Form, Item
from opendtm.i18n import Message, mark
from opendtm.records import Finding, Severity
from opendtm.vocab import Sharing, fold

_CONSENT = re.compile(
    r"\b(consent\w*|informed|permission|agree\w*|accept\w*|accord|autoris\w*|d accord)\b"
)
_PERSON = (
    r"(informant|respondent|person|head|enumerator|contact|beneficiary|member|patient|child|mother|father|focal point|ki|"
    r"informateur|informatrice|repondant|repondante|enquete|personne|chef|enqueteur|enqueteuse|beneficiaire|membre|enfant)"
)
_PERSONAL = re.compile(
    r"\b("
    r"(full|first|last|family|given|sur|middle) ?names?|surname|prenoms?|nom de famille|noms? et prenoms?"
    rf"|{_PERSON} (s )?name|name of (the |your )?(\w+ )?{_PERSON}|noms? (du|de la|de l|des|de) (\w+ )?{_PERSON}"
    r"|what is your name|your name|votre nom"
    r"|(tele)?phone( number)?|mobile number|numero de (tele)?phone|telephone|whatsapp"
    r"|e ?mail( address)?|courriel|adresse electronique"
    r"|national id|id (card )?number|identity (card|number|document number)|passport( number)?|passeport"
    r"|numero d identite|carte d identite|date of birth|birth ?date|date de naissance"
    r"|home address|adresse du domicile|signature|fingerprint|empreinte"
    r")\b"
)
_ANSWERS = frozenset(
    {"text", "string", "integer", "int", "barcode", "image", "photo", "date", "file", "decimal"}
)
_NUMBERS = frozenset({"integer", "int", "decimal"})
_AMOUNT = re.compile(r"\b(how (many|much|old)|combien|expen\w*|depens\w*|airtime|age)\b")
_METADATA = frozenset(
    {
        "phonenumber",
        "phone_number",
        "email",
        "username",
        "simserial",
        "subscriberid",
        "imei",
        "deviceid",
    }
)


def check_consent(form: Form) -> Iterator[Finding]:
    """Find a form that asks before the informant was told why and has agreed."""
    asked = next((place for place, item in enumerate(form.items) if asks_consent(item)), None)
    if asked is None:
        yield form.finding(
            "consent_missing",
            Severity.SOFT,
            Message(mark("The form does not ask whether the informant agrees to answer.")),
            remedy=mark(
                "Put a note that says what the answers are for, and a yes/no question with the concept “consent”, at the beginning."
            ),
            row=1,
        )
        return
    told = any(
        item.kind in {"note", "begin"} or len(_words(item)) > 80 for item in form.items[: asked + 1]
    )
    if not told:
        yield form.finding(
            "consent_note_missing",
            Severity.SOFT,
            Message(
                mark(
                    "Nothing tells the informant what the answers are for before consent is asked."
                )
            ),
            remedy=mark("Put a note before the question of consent."),
            row=form.items[asked].number,
        )


def check_personal(form: Form) -> Iterator[Finding]:
    """Find questions about one person (name, phone, identity) that are not marked as personal."""
    for item in form.items:
        marked = item.meaning.get("sharing") == Sharing.PERSONAL
        if item.kind in _METADATA and not marked:
            yield form.finding(
                "personal_metadata",
                Severity.SOFT,
                Message(mark("The row “{type}” records who holds the phone."), {"type": item.kind}),
                remedy=mark(
                    "Delete the row, or write “personal” in the column “opendtm::sharing”."
                ),
                row=item.number,
                column="type",
            )
        elif not marked and _is_personal(item):
            yield form.finding(
                "personal_unmarked",
                Severity.HARD,
                Message(
                    mark("“{name}” seems to ask for personal data and is not marked so."),
                    {"name": item.name},
                ),
                remedy=mark(
                    "Leave the question out, or write “personal” in the column “opendtm::sharing”; personal answers "
                    "never reach figures or exports."
                ),
                row=item.number,
                column="opendtm::sharing",
            )


def asks_consent(item: Item) -> bool:
    """Tell whether a row asks the informant's consent."""
    if item.concept is not None and item.concept.name == "consent":
        return True
    answers = item.kind in {"select_one", "acknowledge", "trigger", "select_multiple"}
    return answers and bool(_CONSENT.search(fold(item.name)) or _CONSENT.search(fold(_words(item))))


def _is_personal(item: Item) -> bool:
    if item.concept is not None:
        return item.concept.sharing is Sharing.PERSONAL
    words = fold(_words(item))
    if item.kind not in _ANSWERS or (item.kind in _NUMBERS and _AMOUNT.search(words)):
        return False
    return bool(_PERSONAL.search(fold(item.name)) or _PERSONAL.search(words))


def _words(item: Item) -> str:
    """Give the labels of a row without the places where the phone fills in an earlier answer."""
    labels = (
        value for key, value in item.row.items() if key.lower().startswith(("label", "caption"))
    )
    return re.sub(r"\$\{[^}]*\}", " ", " ".join(labels)[:2000])
