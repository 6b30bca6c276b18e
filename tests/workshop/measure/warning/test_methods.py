"""The method behind a total, and the severity of what one round answered.

1. Of several visits of a round the newest counts; a visit of another round does not.
2. The method of more than half of the people names the basis; sites of no group are left out.
3. Only answers of the round are scored, the worst place first.
"""

from datetime import date
from typing import Any

import pyarrow as pa

from opendtm.measure.severity import rule_table
from opendtm.measure.warning import Counted, answered, bases, counted
from opendtm.records import Round, source_column

ROUNDS = (
    Round(date(2026, 1, 5), date(2026, 1, 11), 1, "1"),
    Round(date(2026, 1, 12), date(2026, 1, 18), 2, "2"),
)
RULES = rule_table("site_conditions")


def visits(*rows: dict[str, Any]) -> pa.Table:
    """Give observations: each row says its site, day of January, and answers."""
    names = {name for row in rows for name in row} - {"day"}
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in names}
    columns["assessment_date"] = pa.array([date(2026, 1, row["day"]) for row in rows])
    columns[source_column()] = [f"s{at}" for at in range(len(rows))]
    return pa.table(columns)


def seen(site: str, day: int, persons: int | None, method: str | None) -> dict[str, Any]:
    return {"site_id": site, "day": day, "idp_individuals": persons, "method": method}


def test_newest_visit_of_each_round_is_counted() -> None:
    table = visits(
        seen("S1", 6, 100, "estimate"),
        seen("S1", 8, 90, "head_count"),
        seen("S1", 13, 80, "registration"),
        seen("S2", 6, None, "head_count"),
    )
    found = counted(table, rounds=ROUNDS, concept="idp_individuals")
    assert set(found) == {
        Counted("S1", 1, 90.0, "head_count"),
        Counted("S1", 2, 80.0, "registration"),
    }


def test_answers_without_a_method_say_nothing() -> None:
    table = visits({"site_id": "S1", "day": 6, "idp_individuals": 5})
    assert counted(table, rounds=ROUNDS, concept="idp_individuals") == ()


def test_basis_of_a_group_is_the_method_of_most_people() -> None:
    counts = [
        Counted("S1", 1, 60, "head_count"),
        Counted("S2", 1, 40, "estimate"),
        Counted("S1", 2, 50, "head_count"),
        Counted("S2", 2, 50, "estimate"),
        Counted("S3", 2, 900, "estimate"),
    ]
    area = {"S1": "A", "S2": "A"}.get
    assert bases(counts, group=area) == {("A", 1): "head_count", ("A", 2): "mixed"}


def need(site: str, day: int, **levels: str) -> dict[str, Any]:
    told = {f"need_{name}": level for name, level in levels.items()}
    return {"site_id": site, "day": day, "idp_individuals": 5, **told}


def test_places_of_the_round_are_scored_the_worst_first() -> None:
    six = ("protection", "health", "food_security", "shelter", "education", "nfi")
    table = visits(
        need("S1", 13, **dict.fromkeys(six, "some")),
        need("S2", 13, wash="critical"),
        need("S3", 13, **dict.fromkeys(six, "serious")),
        need("S4", 6, **dict.fromkeys(six, "critical")),
        need("S5", 13, **dict.fromkeys(six, "unknown")),
    )
    found = answered(table, rounds=ROUNDS, at=ROUNDS[1], rules=RULES)
    told = [(one.severity.place, one.severity.overall, one.severity.measured) for one in found]
    assert told == [("S3", 3, 6), ("S1", 2, 6), ("S2", None, 1), ("S5", None, 0)]
    wash = next(one for one in found[2].severity.sectors if one.sector == "wash")
    assert (wash.score, wash.measured, wash.declared) == (4, 1, 4)
    assert found[2].answers["need_wash"] == "critical"


def test_computed_column_is_scored_beside_the_answers() -> None:
    table = visits(need("S1", 13, wash="some"))
    beside = {"persons_per_latrine": {"S1": 250.0}}
    (found,) = answered(table, rounds=ROUNDS, at=ROUNDS[1], rules=RULES, beside=beside)
    wash = next(one for one in found.severity.sectors if one.sector == "wash")
    assert (wash.score, wash.deciding) == (5, ("persons_per_latrine",))


def test_round_nobody_visited_has_no_places() -> None:
    assert answered(visits(need("S1", 6)), rounds=ROUNDS, at=ROUNDS[1], rules=RULES) == ()
