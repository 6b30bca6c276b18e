"""Rows of figures lie in the database with every digit and letter that they were given, on either database."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from tests.server.weekly import Field

from opendtm import records
from opendtm.measure.confidence import GRADES
from opendtm_server.matrix import rows
from opendtm_server.matrix.models import Figure, Run, RunSource

pytestmark = pytest.mark.django_db

PLAIN = {
    "indicator": "idp_individuals",
    "place_level": "site",
    "place_code": "S9",
    "place_name": "Alpha",
    "by": "",
    "value": 1.0,
    "unit": "individual",
    "method": "observed",
    "n_places": 1,
    "n_known": 1,
    "n_assessed": 1,
    "n_carried": 0,
    "n_inaccessible": 0,
    "sources": [],
}


def kept(run: Run, *figures: dict[str, Any]) -> list[Figure]:
    """Write figures beside those of a run, and read them back."""
    schema = pa.schema([*records.Figure.SCHEMA, *GRADES])
    table = pa.Table.from_pylist([PLAIN | figure for figure in figures], schema=schema)
    rows.keep_figures(run, table)
    return list(Figure.objects.filter(run=run, place_code="S9").order_by("pk"))


@pytest.fixture
def empty(run: Run) -> Run:
    """Give a run of the same round without figures."""
    told = ("round", "partition", "answers_sha256", "definitions_sha256", "engine", "made_by")
    return Run.objects.create(revision=9, **{name: getattr(run, name) for name in told})


def test_values_keep_their_digits_and_names_their_letters(work: Field, empty: Run) -> None:
    values = [0.1 + 0.2, 1 / 3, -2.5, 5e-324, 1.7976931348623157e308, 12345678901234567.0, 0.0]
    names = ['The "old" camp', "a,b", "l'école\nnord", " kept ", "\\N", "éàß مخيم", "NULL"]
    given = [
        {"value": value, "place_name": name, "by": str(number)}
        for number, (value, name) in enumerate(zip(values, names, strict=True))
    ]
    found = kept(empty, *given)
    assert [repr(one.value) for one in found] == [repr(value) for value in values]
    assert [one.place_name for one in found] == names


def test_unknown_stays_null_and_what_is_named_nothing_stays_empty(work: Field, empty: Run) -> None:
    known = {"as_of": date(2026, 1, 5), "confidence": "high", "carried": 0.0}
    one, other = kept(empty, {"value": None, "by": "a", "place_name": None}, {"by": "b"} | known)
    assert (one.value, one.place_name, one.as_of, one.confidence) == (None, "", None, None)
    assert (one.carried, one.standard_error, one.withheld) == (None, None, None)
    assert (other.as_of, other.confidence, other.carried) == (date(2026, 1, 5), "high", 0.0)


def test_submissions_behind_are_named_once(work: Field, empty: Run) -> None:
    ids = [work.sent[3, site].instance_id for site in ("S1", "S2")]
    kept(empty, {"by": "a", "sources": ids}, {"by": "b", "sources": ids[:1]})
    named = RunSource.objects.filter(run=empty).order_by("submission")
    assert list(named.values_list("submission", flat=True)) == sorted(
        work.sent[3, site].pk for site in ("S1", "S2")
    )
