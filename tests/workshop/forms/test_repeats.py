"""Answers inside repeats: a row a pass, joined to the household by its key, typed, and nothing personal."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from opendtm.forms import (
    FormDefinition,
    observation_findings,
    read_submission,
    repeat_rows,
    repeat_tables,
    to_observation,
    write_submission,
)
from opendtm.forms.submission import SubmissionReading
from opendtm.records.answers import GeoPoint, Value

HOUSEHOLD = """
    | survey |
    | | type | name | label | opendtm::concept |
    | | integer | hh | Households | idp_households |
    | | begin_repeat | member | Member | |
    | | text | name | Name | person_name |
    | | select_one sex | sex | Sex | person_sex |
    | | integer | age | Age | person_age |
    | | integer | lucky | A number that measures nothing | - |
    | | geopoint | home | Home | latitude |
    | | begin_repeat | need | Need | |
    | | select_multiple need | needs | Needs | priority_needs |
    | | end_repeat | | | |
    | | end_repeat | | | |
    | choices |
    | | list_name | name | label |
    | | sex | female | Female |
    | | sex | male | Male |
    | | need | food | Food |
    | | need | cash | Cash |
    | settings |
    | | form_id | version |
    | | household | 1 |
"""


@pytest.fixture
def household(form_of: Callable[[str], FormDefinition]) -> FormDefinition:
    """Give a form with a repeat of members and, inside, a repeat of needs."""
    return form_of(HOUSEHOLD)


@pytest.fixture
def read(household: FormDefinition) -> Callable[[dict[str, Value]], SubmissionReading]:
    """Send values as a phone would, and read them."""

    def sent(values: dict[str, Value]) -> SubmissionReading:
        return read_submission(write_submission(household, values, instance_id="uuid:1"), household)

    return sent


Read = Callable[[dict[str, Value]], SubmissionReading]
TWO: dict[str, Value] = {
    "/hh": 1,
    "/member[1]/name": "A",
    "/member[1]/sex": "female",
    "/member[1]/age": 40,
    "/member[1]/need[1]/needs": ("food", "cash"),
    "/member[1]/need[2]/needs": ("cash",),
    "/member[2]/name": "B",
    "/member[2]/sex": "male",
    "/member[2]/age": None,
}


def test_each_pass_is_a_row_with_typed_values(household: FormDefinition, read: Read) -> None:
    members = repeat_tables([("uuid:1", read(TWO))], household)["/member"]

    assert members.select(["_row", "_parent", "person_sex", "person_age"]).to_pylist() == [
        {
            "_row": "uuid:1/member[1]",
            "_parent": "uuid:1",
            "person_sex": "female",
            "person_age": 40.0,
        },
        {"_row": "uuid:1/member[2]", "_parent": "uuid:1", "person_sex": "male", "person_age": None},
    ]
    assert members.schema.field("person_age").type == pa.float64()


def test_inner_repeat_joins_with_the_pass_around_it(household: FormDefinition, read: Read) -> None:
    needs = repeat_tables([("uuid:1", read(TWO))], household)["/member/need"]

    assert needs.to_pylist() == [
        {
            "_source": "uuid:1",
            "_row": "uuid:1/member[1]/need[1]",
            "_parent": "uuid:1/member[1]",
            "priority_needs": ["food", "cash"],
        },
        {
            "_source": "uuid:1",
            "_row": "uuid:1/member[1]/need[2]",
            "_parent": "uuid:1/member[1]",
            "priority_needs": ["cash"],
        },
    ]


def test_outer_pass_does_not_hold_what_the_inner_one_asked(
    household: FormDefinition, read: Read
) -> None:
    members = repeat_tables([("uuid:1", read(TWO))], household)["/member"]

    assert "priority_needs" not in members.column_names


def test_personal_columns_stay_out_unless_the_locked_room_asks(
    household: FormDefinition, read: Read
) -> None:
    readings = [("uuid:1", read(TWO))]

    assert "person_name" not in repeat_tables(readings, household)["/member"].column_names
    locked = repeat_tables(readings, household, personal=True)["/member"]
    assert locked.column("person_name").to_pylist() == ["A", "B"]


def test_household_is_not_doubted_because_its_members_differ(
    household: FormDefinition, read: Read
) -> None:
    reading = read(TWO)

    found = to_observation(reading, household)
    assert found["idp_households"] == 1.0
    assert found["person_sex"] is None
    assert "person_name" not in found
    assert observation_findings(reading) == ()


def test_pass_in_which_nothing_was_answered_is_no_row(
    household: FormDefinition, read: Read
) -> None:
    reading = read({"/hh": 1, "/member[1]/sex": None, "/member[1]/lucky": 7})

    assert repeat_rows("uuid:1", reading, household) == ()


def test_tables_are_there_with_their_columns_when_nobody_answered(
    household: FormDefinition,
) -> None:
    tables = repeat_tables([], household)

    assert set(tables) == {"/member", "/member/need"}
    assert tables["/member"].num_rows == 0
    assert set(tables["/member"].column_names) == {
        "_source",
        "_row",
        "_parent",
        "latitude",
        "longitude",
        "person_sex",
        "person_age",
    }


def test_members_of_several_households_do_not_mix(household: FormDefinition, read: Read) -> None:
    reading = read(TWO)

    members = repeat_tables([("a", reading), ("b", reading)], household)["/member"]

    assert members.column("_row").to_pylist() == [
        "a/member[1]",
        "a/member[2]",
        "b/member[1]",
        "b/member[2]",
    ]
    assert len(set(members.column("_row").to_pylist())) == members.num_rows


def test_not_asked_is_absent_from_the_values_of_a_pass(
    household: FormDefinition, read: Read
) -> None:
    (row,) = repeat_rows("uuid:1", read({"/member[1]/sex": "male"}), household)

    assert dict(row.values) == {"person_sex": "male"}


def test_point_of_a_pass_gives_both_degrees(household: FormDefinition, read: Read) -> None:

    (row,) = repeat_rows("uuid:1", read({"/member[1]/home": GeoPoint(4.5, 18.25)}), household)

    assert dict(row.values) == {"latitude": 4.5, "longitude": 18.25}


def test_two_different_answers_in_one_pass_are_unknown(
    form_of: Callable[[str], FormDefinition],
) -> None:
    form = form_of(
        HOUSEHOLD.replace(
            "| integer | lucky | A number that measures nothing | - |",
            "| integer | again | Age again | person_age |",
        )
    )
    xml = write_submission(
        form,
        {"/member[1]/age": 4, "/member[1]/again": 5, "/member[1]/sex": "male"},
        instance_id="u",
    )

    (row,) = repeat_rows("u", read_submission(xml, form), form)

    assert row.values["person_age"] is None
