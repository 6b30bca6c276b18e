"""Severity: the highest critical indicator, what was not measured, and areas by a versioned rule.

1. A sector is its worst indicator; the overall score is the worst sector. Nothing is averaged.
2. Not measured is never "no need", and too little measured gives a reason.
3. An area's figures follow a stated rule; unknown sectors are counted.
4. Every table of the catalogue reads, and its codes are those of the code lists.
"""

from copy import deepcopy
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendtm.errors.measure_severity import SeverityRulesInvalid, SeverityTableInvalid
from opendtm.measure.severity import (
    InNeed,
    areas,
    in_need_of,
    joining,
    read_joining,
    read_rules,
    rule_table,
    rule_tables,
    severities,
    total,
)
from opendtm.vocab import code_list, concepts

WORDS = {"en": "x", "fr": "x"}
RAW: dict[str, Any] = {
    "id": "test",
    "version": 1,
    "label": WORDS,
    "source": WORDS,
    "review": [],
    "in_need_from": 3,
    "minimum_sectors": 2,
    "sectors": [
        {
            "sector": "wash",
            "minimum": 2,
            "indicators": [
                {"column": "latrine", **WORDS, "at_least": {3: 20, 4: 50, 5: 100}},
                {"column": "litres", **WORDS, "at_most": {3: 15, 5: 3}},
            ],
        },
        {
            "sector": "health",
            "minimum": 1,
            "indicators": [{"column": "care", **WORDS, "codes": {"yes": 1, "no": 4, "dnk": None}}],
        },
        {
            "sector": "food",
            "minimum": 1,
            "indicators": [{"column": "meals", **WORDS, "at_most": {2: 2, 4: 1}}],
        },
    ],
}
RULES = read_rules(RAW, file="test.yaml")


def place(**answers: object) -> pa.Table:
    """Make a table of one place."""
    return pa.table({"place": ["A"]} | {name: [value] for name, value in answers.items()})


def test_sector_is_its_worst_indicator() -> None:
    (found,) = severities(place(latrine=10, litres=2, care="yes", meals=3), rules=RULES)
    wash, health, food = found.sectors
    assert (wash.score, wash.deciding) == (5, ("litres",))  # 1 and 5 are 5, not 3
    assert (health.score, food.score) == (1, 1)
    assert (found.overall, found.in_need, found.measured, found.declared) == (5, 1, 3, 3)
    assert found.reason is None


@pytest.mark.parametrize(
    ("latrine", "score"), [(19.9, 1), (20, 3), (49, 3), (50, 4), (99, 4), (100, 5), (5000, 5)]
)
def test_number_scores_by_the_limits_it_passes(latrine: float, score: int) -> None:
    (found,) = severities(place(latrine=latrine, litres=100), rules=RULES)
    assert found.sectors[0].score == score


def test_overall_says_worst_sector_and_sectors_in_need() -> None:
    (found,) = severities(place(latrine=20, litres=20, care="no", meals=1), rules=RULES)
    assert [each.score for each in found.sectors] == [3, 4, 4]
    assert (found.overall, found.in_need) == (4, 3)


def test_unknown_sector_is_not_no_need() -> None:
    (found,) = severities(place(latrine=10, litres=20, care="dnk", meals=3), rules=RULES)
    health = found.sectors[1]
    assert (health.score, health.measured, health.declared) == (None, 0, 1)
    assert (found.overall, found.measured, found.at_least) == (1, 2, True)


def test_too_few_sectors_give_a_reason_and_no_overall_score() -> None:
    (found,) = severities(place(care="no", meals=None), rules=RULES)
    assert (found.overall, found.in_need, found.measured) == (None, 1, 1)
    assert found.sectors[1].score == 4  # still shown
    assert found.reason is not None
    assert found.reason.text("en") == "1 of 3 sectors were measured; 2 are needed."
    assert found.reason.text("fr").startswith("1 secteurs sur 3")


def test_half_measured_sector_counts_only_where_it_shows_need() -> None:
    calm, bad = (
        severities(place(latrine=each, care="yes", meals=3), rules=RULES)[0] for each in (10, 60)
    )
    assert calm.sectors[0].score is None  # litres might be anything: no "no need" from half of it
    assert (bad.sectors[0].score, bad.sectors[0].at_least) == (4, True)
    assert (bad.overall, bad.at_least) == (4, True)


def test_highest_score_cannot_be_higher() -> None:
    (found,) = severities(place(latrine=500, care="no"), rules=RULES)
    assert (found.sectors[0].score, found.sectors[0].at_least) == (5, False)
    assert found.at_least is False


def test_absent_column_was_not_measured() -> None:
    (found,) = severities(place(care="yes"), rules=RULES)
    assert [each.measured for each in found.sectors] == [0, 1, 0]


@pytest.mark.parametrize(
    "answers",
    [{"care": "perhaps"}, {"care": 1}, {"meals": "two"}, {"meals": float("nan")}, {"meals": True}],
)
def test_answer_without_a_score_names_row_and_column(answers: dict[str, object]) -> None:
    with pytest.raises(SeverityTableInvalid) as raised:
        severities(place(**answers), rules=RULES)
    assert raised.value.where.row == 1
    assert raised.value.where.column == next(iter(answers))
    assert "n'a pas de score" in raised.value.text("fr")


@pytest.mark.parametrize("table", [pa.table({"care": ["yes"]}), pa.table({"place": ["A", None]})])
def test_row_without_a_place_is_refused(table: pa.Table) -> None:
    with pytest.raises(SeverityTableInvalid):
        severities(table, rules=RULES)


def broken(path: str, value: object) -> dict[str, Any]:
    """Put a wrong value into the rules above."""
    raw = deepcopy(RAW)
    at: Any = raw
    *way, last = path.split("/")
    for step in way:
        at = at[int(step) if step.isdigit() else step]
    at[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("in_need_from", 1),
        ("minimum_sectors", 4),
        ("minimum_sectors", "some"),
        ("label", {"en": "x"}),
        ("sectors/0/minimum", 3),
        ("sectors/1/sector", "wash"),
        ("sectors/1/indicators/0/codes", {"yes": 6}),
        ("sectors/1/indicators/0/codes", {}),
        ("sectors/2/indicators/0/at_most", {2: 1, 4: 2}),
        ("sectors/2/indicators/0/codes", {"yes": 1}),
        ("sectors/0/indicators/0/at_least", {3: 50, 4: 20}),
    ],
)
def test_rules_that_cannot_be_used_are_refused(path: str, value: object) -> None:
    with pytest.raises(SeverityRulesInvalid) as raised:
        read_rules(broken(path, value), file="test.yaml")
    assert "test.yaml" in raised.value.text("fr")


def test_tables_that_the_catalogue_does_not_have_are_refused() -> None:
    for read in (rule_table, joining):
        with pytest.raises(SeverityRulesInvalid):
            read("nothing")


def test_every_table_of_the_catalogue_scores_the_codes_of_its_concepts() -> None:
    known, sectors = concepts(), code_list("sector")
    found = rule_tables()
    assert [each.id for each in found] == ["site_conditions"]
    for sector in found[0].sectors:
        assert sector.name in sectors
        for each in sector.indicators:
            assert each.label.en
            assert each.label.fr
            if each.codes:
                codes = code_list(str(known[each.column].codes))
                assert set(each.codes) == set(codes.names())
                assert [code.name for code in codes if code.facts.get("unknown")] == [
                    name for name, score in each.codes.items() if score is None
                ]


def test_site_with_one_deadly_answer_is_extreme_whatever_else_is_well() -> None:
    needs = {f"need_{name}": "none" for name in ("protection", "wash", "health", "food_security")}
    more = {"need_shelter": "none", "need_education": "none", "water_litres": "below_5"}
    (found,) = severities(place(**needs, **more), rules=rule_table("site_conditions"))
    assert (found.overall, found.in_need, found.measured, found.declared) == (5, 1, 6, 9)


ROWS = [
    InNeed("A", "food", 3, 900),
    InNeed("A", "health", 4, 400),
    InNeed("A", "wash", None, None),
    InNeed("B", "food", 2, 100),
    InNeed("B", "health", 2, 100),
    InNeed("B", "wash", 5, 50),
    InNeed("B", "intersectoral", 3, 120),
]


def rule(**changes: Any) -> Any:
    """Make a rule of the highest sector."""
    raw: dict[str, Any] = {"id": "t", "version": 2, "confirmed": False, "label": WORDS}
    raw |= {"source": WORDS, "review": [], "minimum_sectors": 2}
    raw |= {"pin": {"way": "highest_sector"}, "severity": {"way": "highest_sector"}}
    return read_joining(raw | changes, file="t.yaml")


def test_area_takes_its_highest_sectors_and_counts_what_is_known() -> None:
    first, second = areas([each for each in ROWS if each.sector != "intersectoral"], rule=rule())
    assert (first.pin, first.severity, first.deciding) == (900, 4, ("food",))
    assert (first.with_pin, first.with_severity, first.declared) == (2, 2, 3)
    assert (second.pin, second.severity, second.deciding) == (100, 5, ("food", "health"))
    assert (first.rule, first.version, first.confirmed) == ("t", 2, False)


def test_area_with_too_few_sectors_has_a_reason_and_is_not_zero() -> None:
    found = areas(ROWS[:3], rule=rule(minimum_sectors=3))
    assert (found[0].pin, found[0].severity) == (None, None)
    assert found[0].reason is not None
    assert found[0].reason.text("fr") == "Moins de 3 secteurs sur 3 ont un chiffre."
    assert total(found).pin is None


def test_joint_analysis_is_read_as_given() -> None:
    first, second = areas(ROWS, rule=joining("given"))
    assert (first.pin, first.declared) == (None, 3)
    assert first.reason is not None
    assert (second.pin, second.severity, second.with_pin) == (120, 3, 3)


def test_total_says_how_many_areas_it_covers() -> None:
    found = total(areas(ROWS[:6], rule=rule(minimum_sectors=3)))
    assert (found.pin, found.known, found.areas, found.confirmed) == (100, 1, 2, False)


def test_highest_sector_of_the_catalogue_is_to_be_confirmed() -> None:
    found = joining("highest_sector")
    assert found.confirmed is False
    assert "to be confirmed" in found.label.en
    assert "à confirmer" in found.label.fr


@pytest.mark.parametrize("change", [{"pin": {"way": "mean"}}, {"pin": {"way": "given"}}])
def test_rule_that_cannot_be_used_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SeverityRulesInvalid):
        rule(**change)


def test_table_of_sectors_is_read_with_its_gaps() -> None:
    table = pa.table(
        {"area": ["A", "A"], "sector": ["food", "wash"], "severity": [3, None], "pin": [0, None]}
    )
    assert in_need_of(table) == (InNeed("A", "food", 3, 0), InNeed("A", "wash", None, None))


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"severity": [6, 1]}, "severity"),
        ({"severity": [0, 1]}, "severity"),
        ({"severity": ["high", "low"]}, "severity"),
        ({"pin": [-1, 1]}, "pin"),
        ({"pin": [1.5, 1.0]}, "pin"),
        ({"pin": [float("nan"), 1.0]}, "pin"),
        ({"sector": ["food", "food"]}, "sector"),
        ({"area": ["A", None]}, "area"),
    ],
)
def test_table_of_sectors_that_is_wrong_names_the_column(
    change: dict[str, list[object]], column: str
) -> None:
    columns = {"area": ["A", "A"], "sector": ["food", "wash"], "severity": [3, 4], "pin": [1, 2]}
    with pytest.raises(SeverityTableInvalid) as raised:
        in_need_of(pa.table(columns | change))
    assert raised.value.details["column"] == column


def test_table_of_sectors_without_a_column_is_refused() -> None:
    with pytest.raises(SeverityTableInvalid):
        in_need_of(pa.table({"area": ["A"], "sector": ["food"], "severity": [1]}))


ANSWERS = st.fixed_dictionaries(
    {
        "latrine": st.one_of(st.none(), st.integers(0, 200)),
        "litres": st.one_of(st.none(), st.integers(0, 40)),
        "care": st.sampled_from([None, "yes", "no", "dnk"]),
        "meals": st.one_of(st.none(), st.integers(0, 3)),
    }
)
WORSE = {"latrine": 200, "litres": 0, "care": "no", "meals": 0}


@settings(deadline=None, max_examples=80)
@given(answers=ANSWERS, column=st.sampled_from(sorted(WORSE)))
def test_worse_answer_never_lowers_the_severity(answers: dict[str, Any], column: str) -> None:
    before = severities(place(**answers), rules=RULES)[0]
    after = severities(place(**answers | {column: WORSE[column]}), rules=RULES)[0]
    assert (after.overall or 0) >= (before.overall or 0)
    assert after.in_need >= before.in_need
    assert after.measured >= before.measured


@settings(deadline=None, max_examples=80)
@given(answers=ANSWERS, column=st.sampled_from(sorted(WORSE)))
def test_severity_never_says_no_need_of_what_was_not_measured(
    answers: dict[str, Any], column: str
) -> None:
    found = severities(place(**answers | {column: None}), rules=RULES)[0]
    sector = next(
        each
        for each, declared in zip(found.sectors, RULES.sectors, strict=True)
        if column in {one.column for one in declared.indicators}
    )
    assert sector.score is None or sector.score >= RULES.in_need_from
    assert sector.at_least or sector.score == 5


@settings(deadline=None, max_examples=30)
@given(rows=st.lists(ANSWERS, min_size=1, max_size=5), order=st.randoms(use_true_random=False))
def test_order_of_places_does_not_matter(rows: list[dict[str, Any]], order: Any) -> None:
    named = [{"place": str(at), **row} for at, row in enumerate(rows)]
    turned = list(named)
    order.shuffle(turned)
    straight = {each.place: each for each in severities(_table(named), rules=RULES)}
    assert {each.place: each for each in severities(_table(turned), rules=RULES)} == straight


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    types = [("place", pa.string()), ("latrine", pa.int64()), ("litres", pa.int64())]
    types += [("care", pa.string()), ("meals", pa.int64())]
    return pa.Table.from_pylist(rows, schema=pa.schema(types))
