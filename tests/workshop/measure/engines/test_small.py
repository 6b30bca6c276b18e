"""Small questions share one database of the process, and nothing else."""

import pyarrow as pa
import pytest

from opendtm.measure.engines import DUCKDB


def test_sessions_at_once_hold_tables_of_one_name_apart() -> None:
    with DUCKDB.small() as one, DUCKDB.small() as other:
        one.hold("panel", pa.table({"a": [1, 2]}))
        other.hold("panel", pa.table({"b": ["x"]}))
        asked = "SELECT * FROM panel"
        found = [session.ask(asked).to_pydict() for session in (one, other)]
    assert found == [{"a": [1, 2]}, {"b": ["x"]}]


def test_a_session_leaves_nothing_for_the_next() -> None:
    with DUCKDB.small() as session:
        session.hold("panel", pa.table({"a": [1]}))
    with DUCKDB.small() as session, pytest.raises(Exception, match="panel does not exist"):
        session.ask("SELECT * FROM panel")
