"""The check of a form before it goes to the field: one small form for each finding, and none for a good form."""

from collections.abc import Callable
from pathlib import Path

import pytest

from opendtm.errors import Where
from opendtm.forms import check
from opendtm.records import Finding, Severity

WriteForm = Callable[[str], Path]

# A form in which nothing is wrong; each test spoils one thing.
HEAD = (
    "| survey |\n| | type | name | label::English (en) | label::French (fr) | constraint | constraint_message::English (en) "
    "| constraint_message::French (fr) | opendtm::concept | hxl | opendtm::sharing |\n"
)
NOTE = "| | note | told | Why we ask | Pourquoi nous demandons | | | | | | |\n"
CONSENT = "| | select_one yn | consent | Do you agree? | Acceptez-vous ? | | | | consent | #meta+consent | restricted |\n"
COUNT = "| | integer | hh | Households | Ménages | . >= 0 | From 0 | Dès 0 | idp_households | #affected+idps+hh | public |\n"
CHOICES = (
    "| choices |\n| | list_name | name | label::English (en) | label::French (fr) |\n"
    "| | yn | yes | Yes | Oui |\n| | yn | no | No | Non |\n"
)
SETTINGS = "| settings |\n| | form_id | version |\n| | f | 1 |\n"


def form(
    survey: str = "",
    *,
    head: str = HEAD,
    start: str = NOTE + CONSENT,
    choices: str = "",
    settings: str = SETTINGS,
) -> str:
    return head + start + COUNT + survey + CHOICES + choices + settings


def row(
    kind: str,
    name: str,
    en: str = "A",
    fr: str = "A",
    concept: str = "-",
    hxl: str = "",
    *,
    limit: str = "",
    sharing: str = "public",
) -> str:
    words = "Say why | Dites pourquoi" if limit else "|"
    return (
        f"| | {kind} | {name} | {en} | {fr} | {limit} | {words} | {concept} | {hxl} | {sharing} |\n"
    )


@pytest.fixture
def found(write_form: WriteForm) -> Callable[[str], dict[str, Finding]]:
    """Check a form and give the findings by their check, the first of each."""

    def run(table: str) -> dict[str, Finding]:
        findings: dict[str, Finding] = {}
        for finding in check(write_form(table)):
            findings.setdefault(finding.check, finding)
        return findings

    return run


Found = Callable[[str], dict[str, Finding]]


def test_nothing_is_found_in_a_good_form(found: Found) -> None:
    assert found(form()) == {}


WITH_INFORMANT = (
    HEAD.replace("opendtm::sharing |", "opendtm::sharing | opendtm::informant |")
    + NOTE.replace("|\n", "| |\n")
    + CONSENT.replace("|\n", "| enumerator neighbour |\n")
    + CHOICES
    + SETTINGS
)
PERSONAL = row("text", "who", sharing="personal")
REGISTRATION = (
    "| settings |\n| | form_id | version | opendtm::purpose |\n| | f | 1 | registration |\n"
)
SENSITIVE = (
    WITH_INFORMANT.replace("enumerator neighbour", "enumerator")
    .replace(CHOICES, "")
    .replace(SETTINGS, "")
    + "| | text | feud | A | A | | | | - | | sensitive | community_leader |\n"
    + CHOICES
    + SETTINGS
)
SPOILED = [
    # check, severity, sheet, row, form
    ("name_missing", Severity.HARD, "survey", 5, form(row("text", ""))),
    ("name_not_allowed", Severity.HARD, "survey", 5, form(row("text", "my name"))),
    ("name_reserved", Severity.HARD, "survey", 5, form(row("text", "meta"))),
    ("name_reserved", Severity.SOFT, "survey", 5, form(row("text", "data"))),
    ("name_twice", Severity.HARD, "survey", 5, form(row("text", "hh"))),
    ("name_differs_in_case", Severity.SOFT, "survey", 5, form(row("text", "HH"))),
    (
        "name_in_other_group",
        Severity.NOTE,
        "survey",
        6,
        form(row("begin_group", "g") + row("text", "hh") + "| | end_group | | | | | | | | | |\n"),
    ),
    (
        "form_id_missing",
        Severity.SOFT,
        "settings",
        None,
        form(settings="| settings |\n| | version |\n| | 1 |\n"),
    ),
    (
        "version_missing",
        Severity.SOFT,
        "settings",
        None,
        form(settings="| settings |\n| | form_id |\n| | f |\n"),
    ),
    ("list_missing", Severity.HARD, "survey", 5, form(row("select_one nowhere", "a"))),
    ("list_unused", Severity.NOTE, "choices", 4, form(choices="| | spare | a | A | A |\n")),
    ("choice_twice", Severity.HARD, "choices", 4, form(choices="| | yn | yes | Yes | Oui |\n")),
    ("choice_name_missing", Severity.HARD, "choices", 4, form(choices="| | yn | | Yes | Oui |\n")),
    ("choice_without_list", Severity.SOFT, "choices", 4, form(choices="| | | a | A | A |\n")),
    (
        "choice_not_in_code_list",
        Severity.HARD,
        "choices",
        4,
        form(choices="| | yn | perhaps | Perhaps | Peut-être |\n"),
    ),
    (
        "choice_name_spaces",
        Severity.HARD,
        "choices",
        4,
        form(
            row("select_multiple m", "a", limit="count-selected(.) < 3"),
            choices="| | m | a b | A | A |\n",
        ),
    ),
    (
        "choice_name_spaces",
        Severity.SOFT,
        "choices",
        4,
        form(row("select_one m", "a"), choices="| | m | a b | A | A |\n"),
    ),
    ("select_multiple_unlimited", Severity.NOTE, "survey", 5, form(row("select_multiple yn", "a"))),
    (
        "number_unlimited",
        Severity.SOFT,
        "survey",
        5,
        form(row("integer", "a", concept="host_households", hxl="#affected+hosts+hh")),
    ),
    ("concept_missing", Severity.SOFT, "survey", 5, form(row("text", "a", concept=""))),
    ("concept_unknown", Severity.HARD, "survey", 5, form(row("text", "a", concept="idp_houshold"))),
    (
        "type_unfit",
        Severity.HARD,
        "survey",
        5,
        form(row("text", "a", concept="host_households", hxl="#a")),
    ),
    ("hxl_missing", Severity.SOFT, "survey", 5, form(row("text", "a", concept="site_name"))),
    (
        "hxl_malformed",
        Severity.SOFT,
        "survey",
        5,
        form(row("text", "a", concept="site_name", hxl="loc+name")),
    ),
    ("sharing_unknown", Severity.HARD, "survey", 5, form(row("text", "a", sharing="secret"))),
    (
        "personal_unmarked",
        Severity.HARD,
        "survey",
        5,
        form(row("text", "a", "Phone number", "Téléphone")),
    ),
    (
        "personal_unmarked",
        Severity.HARD,
        "survey",
        5,
        form(row("text", "a", "B", "Nom de l'informateur")),
    ),
    (
        "personal_unmarked",
        Severity.HARD,
        "survey",
        5,
        form(row("text", "a", concept="contact_phone", hxl="#contact+phone")),
    ),
    (
        "personal_metadata",
        Severity.SOFT,
        "survey",
        5,
        form("| | phonenumber | phone | | | | | | | | |\n"),
    ),
    ("informant_unknown", Severity.SOFT, "survey", 3, WITH_INFORMANT),
    ("sensitive_to_key_informant", Severity.SOFT, "survey", 4, SENSITIVE),
    ("personal_without_purpose", Severity.SOFT, "survey", 5, form(PERSONAL)),
    (
        "personal_without_purpose",
        Severity.SOFT,
        "survey",
        5,
        form(PERSONAL, settings=REGISTRATION.replace("registration", "figures")),
    ),
    ("personal_before_consent", Severity.SOFT, "survey", 3, form(start=NOTE + PERSONAL + CONSENT)),
    ("personal_before_consent", Severity.SOFT, "survey", 4, form(PERSONAL, start=NOTE)),
    (
        "purpose_unknown",
        Severity.HARD,
        "settings",
        2,
        form(settings=REGISTRATION.replace("registration", "curiosity")),
    ),
    ("consent_missing", Severity.SOFT, "survey", 1, form(start=NOTE)),
    ("consent_note_missing", Severity.SOFT, "survey", 2, form(start=CONSENT)),
    ("label_missing", Severity.SOFT, "survey", 5, form(row("text", "a", fr=""))),
    (
        "label_missing",
        Severity.SOFT,
        "choices",
        4,
        form(row("select_one m", "a"), choices="| | m | a | A | |\n"),
    ),
    ("label_too_long", Severity.SOFT, "survey", 5, form(row("text", "a", "A" * 201))),
    (
        "label_too_long",
        Severity.SOFT,
        "choices",
        4,
        form(row("select_one m", "a"), choices=f"| | m | a | A | {'A' * 81} |\n"),
    ),
    (
        "constraint_message_missing",
        Severity.SOFT,
        "survey",
        5,
        form(row("text", "a", limit=". != ''").replace("Dites pourquoi", "")),
    ),
    (
        "language_missing",
        Severity.SOFT,
        "survey",
        1,
        form(head=HEAD.replace("label::French (fr)", "label::Swahili (sw)")),
    ),
    (
        "concept_column_missing",
        Severity.SOFT,
        "survey",
        1,
        form(head=HEAD.replace("opendtm::concept", "concept")),
    ),
    ("hxl_column_missing", Severity.SOFT, "survey", 1, form(head=HEAD.replace("| hxl", "| tag"))),
    (
        "column_name_glued",
        Severity.HARD,
        "survey",
        1,
        form(head=HEAD.replace("| hxl", "| hint::English::French | hxl", 1)),
    ),
    ("form_not_converted", Severity.HARD, "survey", 5, form(row("banana", "a"))),
]


@pytest.mark.parametrize(
    ("code", "severity", "sheet", "line", "table"), SPOILED, ids=lambda value: str(value)[:30]
)
def test_fault_is_found_with_sheet_row_and_remedy(
    found: Found, code: str, severity: Severity, sheet: str, line: int | None, table: str
) -> None:
    findings = found(table)

    assert code in findings, sorted(findings)
    finding = findings[code]
    assert finding.severity is severity
    assert (finding.where.file, finding.where.sheet, finding.where.row) == ("form.md", sheet, line)
    for part in (finding.message, finding.remedy):
        assert part.text("en")
        assert part.text("fr") != part.text("en")


def test_personal_question_of_a_registration_is_in_order(found: Found) -> None:
    assert not found(form(PERSONAL, settings=REGISTRATION))


def test_personal_question_that_only_the_facilitator_answers_is_not_put_to_an_informant(
    found: Found,
) -> None:
    table = SENSITIVE.replace("| sensitive | community_leader", "| sensitive | person enumerator")

    assert "sensitive_to_key_informant" not in found(table)


def test_unknown_purpose_is_told_once(found: Found) -> None:
    findings = found(form(PERSONAL, settings=REGISTRATION.replace("registration", "curiosity")))

    assert "personal_without_purpose" not in findings


def test_hard_findings_come_first(write_form: WriteForm) -> None:
    table = form(row("select_multiple yn", "a") + row("text", "a b", fr=""))

    severities = [finding.severity for finding in check(write_form(table))]

    assert severities == sorted(severities, key=list(Severity).index)
    assert severities[0] is Severity.HARD


def test_fault_that_the_converter_meets_too_is_told_once(found: Found) -> None:
    findings = found(form(choices="| | yn | yes | Yes | Oui |\n"))

    assert "choice_twice" in findings
    assert "form_not_converted" not in findings


def test_remark_of_the_converter_is_a_note(found: Found) -> None:
    findings = found(
        form(
            settings="| settings |\n| | form_id | version | clean_text_values |\n| | f | 1 | maybe |\n"
        )
    )

    assert {finding.severity for finding in findings.values()} <= {Severity.NOTE}


def test_duplicates_that_the_author_allows_are_not_found(found: Found) -> None:
    settings = (
        "| settings |\n| | form_id | version | allow_choice_duplicates |\n| | f | 1 | yes |\n"
    )

    assert found(form(choices="| | yn | yes | Yes | Oui |\n", settings=settings)) == {}


def test_unknown_concept_is_answered_with_near_ones(found: Found) -> None:
    remedy = found(form(row("text", "a", concept="idp_houshold")))["concept_unknown"].remedy

    assert "idp_households" in remedy.text("en")
    assert "Vouliez-vous dire" in remedy.text("fr")


@pytest.mark.parametrize(
    "question",
    [
        row("text", "a", "Name of the site", "Nom du site"),
        row(
            "integer",
            "a",
            "How many persons have a phone?",
            "Combien de personnes ont un téléphone ?",
        ),
        row("text", "a", "Why did ${hh} leave?", "Pourquoi ?"),
        row("select_one yn", "a", "Is there a phone network?", "Y a-t-il un réseau de téléphone ?"),
        row("text", "a", "Phone number", "Numéro de téléphone", sharing="personal"),
    ],
)
def test_question_about_a_place_or_marked_as_personal_is_no_personal_finding(
    found: Found, question: str
) -> None:
    assert "personal_unmarked" not in found(form(question))


def test_choices_without_name_column_are_told_once(write_form: WriteForm) -> None:
    table = form().replace("| list_name | name |", "| list_name | code |")

    findings = [finding for finding in check(write_form(table)) if finding.where.sheet == "choices"]

    assert [finding.check for finding in findings] == ["choice_name_column_missing"]
    assert findings[0].where == Where("form.md", "choices", 1, "name")


def test_workbook_without_survey_is_told_by_its_sheets(write_form: WriteForm) -> None:
    (finding,) = check(
        write_form(
            "| choices |\n| | list_name | name | label |\n| | a | b | B |\n| settings |\n| | form_id |\n| | f |"
        )
    )

    assert finding.check == "survey_sheet_missing"
    assert "choices" in finding.message.text("fr")


def test_default_language_names_a_bare_label_column(found: Found) -> None:
    table = (
        "| survey |\n| | type | name | label | label::Français | opendtm::concept | hxl |\n"
        "| | note | told | Why | Pourquoi | | |\n| | select_one yn | consent | Agree? | D'accord ? | - | |\n"
        "| choices |\n| | list_name | name | label | label::Français |\n| | yn | yes | Yes | Oui |\n"
        "| settings |\n| | form_id | version | default_language |\n| | f | 1 | English |\n"
    )

    assert "language_missing" not in found(table)
