"""Registration, surveys and the response: the field lists that others use, and the promises on personal data."""

import re

import pytest

from opendtm.forms import (
    FormDefinition,
    QuestionType,
    catalogue_form,
    catalogue_forms,
    convert,
    read_form,
)
from opendtm.forms.definition import Question
from opendtm.forms.lint.rows import cell, prepare
from opendtm.forms.workbook import open_form
from opendtm.vocab import Sharing, code_list, concept

# What the field asks, as transcribed from its own questionnaires; each must have a question here, or a reason.
WANTED = {
    "household_registration": """
        current location; names; age; sex; relation to head; vulnerabilities; previous residence; biometrics;
        authenticate; record distribution; verify presence
    """,
    "individual_registration": """
        current location; names; age; sex; relation to head; vulnerabilities; previous residence; biometrics
    """,
    "return_intention": """
        plan in the next four weeks; obstacles (multiple); enabling priority (single); tenure owner or renter;
        state of home at origin; schools at origin; markets at origin; health at origin; coping 5a-5g;
        site problems with codes 10-16; host-family IDPs; intentions futures
    """,
    "return_area_needs": "housing; services; security; livelihoods; HLP; documentation",
    "solutions_index": """
        stability index: enough safe water; stability index: a health centre works; stability index: care is delayed;
        stability index: access to farmland; stability index: access to fishing and grazing;
        stability index: access to homes; stability index: habitat destruction; stability index: phone network;
        stability index: electricity; stability index: a market works; stability index: a primary school works;
        stability index: public servants present; stability index: equal access to services;
        stability index: cattle theft frequent; stability index: homes or land occupied;
        stability index: robbery frequent; stability index: public life shared;
        stability index: mutual support between groups; stability index: tensions between groups;
        stability index: identity documents can be obtained; stability index: participation in local decisions;
        IASC criterion: safety; IASC criterion: livelihoods; IASC criterion: housing; IASC criterion: services;
        IASC criterion: documentation; IASC criterion: family reunification; IASC criterion: participation;
        IASC criterion: access to justice; SMI: demographic and mobility
    """,
    "border_perception": "perception of the border; crossing; trust and dialogue; reporting; risks",
    "intervention_report": """
        Donor / funder; Programming body (UN); Implementing partner; Organisation type; Cluster; Activity (code list);
        Indicator, value; Modality; Item, quantity; Admin 1-3 name, P-code; Site, site ID; Latitude, longitude;
        Start, end; Reporting month; Status; In need; Targeted; Population group;
        Reached +f +m +children +adults +elderly +disabled +hh
    """,
    "distribution": "per household or per site; kit or cash; planned, served; scan or signature",
    "post_distribution_monitoring": """
        received; quality; use; safety; satisfaction; protection risks; non-recipients; FCS; rCSI
    """,
    "complaints_feedback": "categories of tickets; sensitive; CM-10 mechanism incl. PSEA; consent",
    "referral": """
        priority 24 h, 72 h, 2 weeks; name or case code if confidential; birth date; gender; disability; national ID;
        UNHCR ID; two addresses; phone; household size; caregiver, relation, contact, informed;
        need: specific need, reason, services already given; services requested;
        consent: exact information listed, signature, date; referred by and to: name, post, agency, contact; date;
        delivered via; purpose; safeguard
    """,
}
HOLD_PERSONAL = {code.name for code in code_list("form_purpose") if code.facts["personal"] is True}


def definition(form_id: str) -> FormDefinition:
    return read_form(convert(catalogue_form(form_id).path).xml)


def by_name(form_id: str) -> dict[str, Question]:
    return {question.name: question for question in definition(form_id).questions}


def purpose(form_id: str) -> str:
    form = prepare(open_form(catalogue_form(form_id).path))
    return cell(form.settings, "opendtm::purpose")


@pytest.mark.parametrize("form_id", WANTED)
def test_nothing_that_the_field_asks_is_forgotten(form_id: str) -> None:
    wanted = {re.sub(r"\s+", " ", field).strip() for field in WANTED[form_id].split(";")}

    assert wanted - {field.field for field in catalogue_form(form_id).fields} == set()


@pytest.mark.parametrize("form_id", WANTED)
def test_form_has_a_purpose_and_holds_personal_data_only_where_that_needs_it(form_id: str) -> None:
    personal = [
        question.name
        for question in definition(form_id).questions
        if question.sharing == Sharing.PERSONAL
    ]

    assert purpose(form_id) in code_list("form_purpose")
    assert bool(personal) <= (purpose(form_id) in HOLD_PERSONAL), personal


@pytest.mark.parametrize("form_id", WANTED)
def test_nothing_but_the_day_is_shown_after_a_refusal(form_id: str) -> None:
    form = prepare(open_form(catalogue_form(form_id).path))
    shown = [
        item.name
        for item in form.items
        if not item.group
        and item.kind not in {"start", "end"}
        and "${consent} = 'yes'" not in cell(item.row, "relevant")
    ]

    assert shown[:3] == ["consent_note", "consent", "consent_refused_note"]
    asked = [item.name for item in form.items if item.asks and item.name in shown]
    day = {question.concept: name for name, question in by_name(form_id).items()}
    assert asked[1:] == ([] if form_id == "intervention_report" else [day["assessment_date"]])


@pytest.mark.parametrize("form_id", sorted(form.form_id for form in catalogue_forms()))
def test_date_of_today_is_asked_outside_what_another_answer_opens(form_id: str) -> None:
    form = prepare(open_form(catalogue_form(form_id).path))
    gates = {item.name for item in form.items if cell(item.row, "relevant")}
    dated = [item for item in form.items if cell(item.row, "default") == "today()"]

    assert not [item.name for item in dated if gates & {item.name, *item.group}]


def test_sensitive_complaint_asks_for_no_word_of_what_happened() -> None:
    form = definition("complaints_feedback")
    sensitive = [question for question in form.questions if question.path.startswith("/sensitive/")]
    message = by_name("complaints_feedback")["feedback_text"]

    assert {question.type for question in sensitive} == {QuestionType.NOTE, QuestionType.SELECT_ONE}
    assert {choice.name for choice in sensitive[1].choices} >= {"psea", "gbv", "child_protection"}
    assert message.path.startswith("/message/")
    source = catalogue_form("complaints_feedback").path.read_text(encoding="utf-8")
    assert re.search(r"begin_group +\| message .*feedback_kind\} != 'sensitive'", source)


def test_complaint_may_be_anonymous() -> None:
    questions = by_name("complaints_feedback")

    for name in ("contact_name", "contact_phone"):
        assert not questions[name].required
        assert "contact_given" in str(questions[name].relevant)


def test_confidential_referral_carries_a_case_code_and_no_name() -> None:
    questions = by_name("referral")

    assert questions["case_code"].required
    for name in ("name", "contact_phone", "current_address", "caregiver_name", "signature"):
        assert "case_confidential" in str(questions[name].relevant), name


def test_referral_is_blocked_without_consent_purpose_and_safeguard() -> None:
    questions = by_name("referral")

    assert all(
        questions[name].required
        for name in (
            "consent",
            "consent_disclose",
            "referral_purpose",
            "safeguard",
            "consent_until",
        )
    )


@pytest.mark.parametrize("form_id", ["household_registration", "individual_registration"])
def test_consent_to_share_has_receivers_and_an_end(form_id: str) -> None:
    questions = by_name(form_id)

    assert questions["consent_sharing_with"].required
    assert questions["consent_until"].required
    assert "today()" in str(questions["consent_until"].constraint)


def test_members_are_a_repeat_and_their_counts_are_of_the_household() -> None:
    form = definition("household_registration")
    members = [question for question in form.questions if question.repeats]

    assert form.repeats == ("/member",)
    assert {"person_name", "person_age", "person_sex", "person_relation"} <= {
        question.concept for question in members
    }
    for sex in "fm":
        for band in ("0_4", "5_17", "18_59", "60_plus"):
            (count,) = form.measuring(f"members_{sex}_{band}")
            assert not count.repeats
            assert f"is_{sex}_{band}" in str(count.calculate)


def test_food_scores_have_the_weights_of_the_methods() -> None:
    questions = by_name("post_distribution_monitoring")
    weights = dict(re.findall(r"fcs_(\w+)\s+\* ([\d.]+)", str(questions["fcs_score"].calculate)))
    coping = dict(re.findall(r"rcsi_(\w+)\s+\* (\d)", str(questions["rcsi_score"].calculate)))

    assert weights == {
        "cereals": "2", "pulses": "3", "dairy": "4", "meat": "4",
        "vegetables": "1", "fruit": "1", "oil": "0.5", "sugar": "0.5",
    }  # fmt: skip
    assert coping == {
        "less_preferred": "1", "borrow": "2", "fewer_meals": "1", "smaller_portions": "1",
        "adults_less": "3",
    }  # fmt: skip


def test_site_without_latrines_is_asked_for_their_number() -> None:
    """None is an observed zero: such a site is beyond every limit of persons for each latrine."""
    assert "latrine_state" not in (by_name("site_profile")["latrines_working"].relevant or "")


def test_old_codes_of_site_problems_are_still_understood() -> None:
    codes = {synonym for code in code_list("site_problem") for synonym in code.synonyms}

    assert codes == {str(number) for number in range(10, 17)}


def test_every_answer_of_a_survey_can_be_computed() -> None:
    for form_id in WANTED:
        for question in definition(form_id).questions:
            selects = {QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE}
            if question.type in selects and question.concept and not question.choices_file:
                assert concept(question.concept).codes, question.name
            if question.type in {QuestionType.INTEGER, QuestionType.DECIMAL} and question.concept:
                assert concept(question.concept).kind.value in {"count", "number"}, question.name
