"""The api data of R `survey` and what R found on it, read once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest
from tests.workshop.measure.survey.oracle import DESIGNS

from opendtm.measure.survey import Design, Engine, Sample, declare


@pytest.fixture(scope="session")
def survey_files(shared: Path) -> Path:
    return shared / "survey"


@pytest.fixture(scope="session")
def oracle(survey_files: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((survey_files / "r_survey_oracle.json").read_text())
    return found


@pytest.fixture(scope="session")
def api(survey_files: Path) -> Callable[[str], pa.Table]:
    """Read a file of the api data, with a column of 0 and 1 for each type of school."""

    def read(name: str) -> pa.Table:
        table = pyarrow.csv.read_csv(survey_files / f"{name}.csv")
        for kind in "EHM":
            flags = pc.equal(table["stype"], kind).cast(pa.int8())
            table = table.append_column(f"stype{kind}", flags)
        return table

    return read


@pytest.fixture(scope="session", params=list(Engine))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the engines."""
    return Engine(request.param)


@pytest.fixture(scope="session")
def samples(api: Callable[[str], pa.Table], engine: Engine) -> dict[str, Sample]:
    return {
        name: declare(api(file), design, engine=engine)
        for name, (file, design, _) in DESIGNS.items()
    }


@pytest.fixture
def declared(api: Callable[[str], pa.Table], engine: Engine) -> Callable[..., Sample]:
    def declare_file(name: str, **design: Any) -> Sample:
        return declare(api(name), Design(**design), engine=engine)

    return declare_file
