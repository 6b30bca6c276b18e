"""Records of a period: each counted once, nothing carried, repeats beside their submission."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workshop.measuring import in_week, observations

from opendtm.forms import catalogue_form, convert, read_form, read_submission
from opendtm.forms.observation import observations_table, to_observation
from opendtm.forms.repeats import repeat_tables
from opendtm.measure import figures, record_panel, with_submissions
from opendtm.measure.columns import PLACE
from opendtm.measure.scope import Record
from opendtm.records import Figure, Method

GROUPS = st.lists(
    st.fixed_dictionaries(
        {
            "flow_point_code": st.sampled_from(["P1", "P2", None]),
            "flow_individuals": st.one_of(st.none(), st.integers(0, 400)),
            "flow_directions": st.sampled_from(
                [["inflow"], ["outflow"], ["inflow", "outflow"], None]
            ),
        }
    ),
    min_size=1,
    max_size=12,
)


def _flows(rows: list[dict[str, Any]], **asked: Any) -> list[Figure]:
    made = record_panel(observations(rows), record=Record.MOVEMENT)
    return figures(made, **({"indicators": ["flow_individuals"]} | asked))


@settings(max_examples=8, deadline=None)
@given(GROUPS)
def test_every_record_counts_once_and_the_parts_add_up(rows: list[dict[str, Any]]) -> None:
    told = [row["flow_individuals"] for row in rows if row["flow_individuals"] is not None]
    found = _flows(rows, disaggregate=True)
    total = next(one for one in found if not one.by)
    ways = [one for one in found if one.by and one.by[0][0] == "flow_directions"]

    assert total.value == (sum(told) if told else None)
    if ways:
        assert sum(one.value or 0 for one in ways) == sum(told)
        assert {one.by[0][1] for one in ways} <= {"inflow", "outflow", "several", "unknown"}


@settings(max_examples=8, deadline=None)
@given(GROUPS)
def test_points_add_up_to_the_whole(rows: list[dict[str, Any]]) -> None:
    whole = _flows(rows)[0]
    points = _flows(rows, by="site")
    assert sum(one.value or 0 for one in points) == (whole.value or 0)
    assert sum(one.n_places for one in points) == whole.n_places


def test_a_point_seen_twice_is_one_place_with_both_days() -> None:
    rows = [
        {"flow_point_code": "P1", "flow_individuals": 4, "assessment_date": in_week(1, day=0)},
        {"flow_point_code": "P1", "flow_individuals": 5, "assessment_date": in_week(1, day=2)},
    ]
    total, *days = _flows(rows, disaggregate=True)
    assert (total.value, total.n_places, total.method) == (9, 1, Method.OBSERVED)
    assert total.as_of == in_week(1, day=2)
    dated = {one.by: one.value for one in days if one.by[0][0] == "assessment_date"}
    assert dated == {
        (("assessment_date", "2026-03-02"),): 4,
        (("assessment_date", "2026-03-04"),): 5,
    }


def test_records_without_a_place_stand_for_themselves() -> None:
    made = record_panel(
        observations([{"flow_individuals": 1}, {"flow_individuals": 2}]), record=Record.MOVEMENT
    )
    assert made.table[PLACE].to_pylist() == ["t.csv#t!2", "t.csv#t!3"]


def test_small_counts_of_parts_are_marked() -> None:
    rows = [{"flow_point_code": "P1", "flow_individuals": 3, "flow_directions": ["inflow"]}]
    parts = [one for one in _flows(rows, disaggregate=True) if one.by]
    assert {one.suppressed for one in parts if one.value} == {"below_5"}


def test_personal_columns_do_not_come_along() -> None:
    made = record_panel(
        observations([{"household_members": 4, "card_number": "C-1"}]), record=Record.HOUSEHOLD
    )
    assert "card_number" not in made.table.column_names


def _passes(rows: list[dict[str, Any]]) -> pa.Table:
    table = observations([{key: row.get(key) for key in row if key != "row"} for row in rows])
    keys = pa.array([row["row"] for row in rows])
    return table.append_column("_row", keys).append_column("_parent", table["_source"])


def test_hours_of_an_observation_add_up_once_over_its_groups() -> None:
    visits = observations(
        [
            {
                "_source": "u1",
                "flow_point_code": "P1",
                "observation_hours": 8,
                "travellers_stranded": 3,
            },
            {
                "_source": "u2",
                "flow_point_code": "P2",
                "observation_hours": 4,
                "travellers_stranded": None,
            },
            {
                "_source": "u3",
                "flow_point_code": "P3",
                "observation_hours": 5,
                "travellers_stranded": 1,
            },
        ]
    )
    groups = _passes(
        [
            {"row": "u1/g[1]", "_source": "u1", "flow_individuals": 10},
            {"row": "u1/g[2]", "_source": "u1", "flow_individuals": 6},
            {"row": "u2/g[1]", "_source": "u2", "flow_individuals": 8},
        ]
    )
    rows = with_submissions(groups, visits)

    assert rows["flow_point_code"].to_pylist() == ["P1", "P1", "P2", "P3"]
    assert rows["observation_hours"].to_pylist() == [8, 0, 4, 5]
    assert rows["travellers_stranded"].to_pylist() == [3, None, None, 1]
    assert rows["flow_individuals"].to_pylist() == [10, 6, 8, None]
    made = record_panel(rows, record=Record.MOVEMENT)
    asked = ["flow_individuals", "flow_per_observed_hour", "travellers_stranded"]
    found = {one.indicator: one.value for one in figures(made, indicators=asked)}
    assert found == {
        "flow_individuals": 24,
        "flow_per_observed_hour": 2,
        "travellers_stranded": 4,
    }


def test_groups_of_a_filled_registry_become_figures_by_direction() -> None:
    form = read_form(convert(catalogue_form("flow_registry").path).xml)
    body = (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{form.form_id}" version="{form.version}">'
        "<consent>yes</consent><adm1_code>X1</adm1_code><flow_point_code>FMP-03</flow_point_code>"
        "<assessment_date>2026-03-03</assessment_date><observation_hours>8</observation_hours><groups>"
        "<travel_group><flow_individuals>7</flow_individuals><flow_directions>inflow</flow_directions>"
        "<flow_nationalities>MLI</flow_nationalities></travel_group>"
        "<travel_group><flow_individuals>5</flow_individuals><flow_directions>outflow</flow_directions>"
        "<flow_nationalities>NER</flow_nationalities></travel_group></groups>"
        "<orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta></data>"
    )
    reading = read_submission(body.encode(), form)
    visits = observations_table([("uuid:1", to_observation(reading, form))])
    (groups,) = repeat_tables([("uuid:1", reading)], form).values()
    made = record_panel(with_submissions(groups, visits), record=Record.MOVEMENT)
    found = {
        (one.indicator, one.by): one.value
        for one in figures(made, indicators=["flow_individuals", "flow_groups"], disaggregate=True)
    }
    assert found["flow_individuals", ()] == 12
    assert found["flow_groups", ()] == 2
    assert found["flow_individuals", (("flow_directions", "inflow"),)] == 7
    assert found["flow_individuals", (("flow_nationalities", "NER"),)] == 5


@pytest.mark.parametrize(
    "record", [Record.MOVEMENT, Record.ACTIVITY, Record.HOUSEHOLD, Record.PERSON, Record.ITEM]
)
def test_panel_gives_the_figures_of_its_own_records_alone(record: Record) -> None:
    row = {
        "site_id": "S1",
        "idp_individuals": 9,
        "flow_individuals": 4,
        "reached_individuals": 3,
        "household_members": 5,
        "item_quantity": 2,
        "persons_registered": 1,
    }
    found = {one.indicator for one in figures(record_panel(observations([row]), record=record))}
    only = {
        Record.MOVEMENT: {"flow_individuals"},
        Record.ACTIVITY: {"reached_individuals"},
        Record.HOUSEHOLD: {
            "registered_persons",
            "registered_household_size",
            *(f"registered_households_of_{n}" for n in ("1", "2_to_4", "5_to_7", "8_or_more")),
        },
        Record.PERSON: {"registered_individuals"},
        Record.ITEM: {"items_given"},
    }
    assert found == only[record]
