"""What a user of the cluster computes there, in a process of its own, as Spark wants it: what differs from DuckDB is said.

`python -m tests.workshop.measure.engines.on_cluster ADDRESS LAKE`: the figures of a lake and estimates of a two-stage
sample, each on both engines. Prints one JSON object: how many were compared, and where they differ.
"""

import json
import sys
from pathlib import Path

from tests.workshop.measure.engines.test_indicators import unlike
from tests.workshop.measure.survey.interviews import INTERVIEWS, TWO_STAGE
from tests.workshop.measure.survey.test_spark import TERMS
from tests.workshop.measure.survey.test_spark import unlike as unlike_estimates

from opendtm.measure import survey
from opendtm.measure.engines import DUCKDB, Engine, engine_at
from opendtm.measure.lake import lake_figures


def main(address: str, lake: Path) -> dict[str, object]:
    """Compute on both engines and compare."""
    with engine_at(address) as spark:
        figures, there = (
            lake_figures(lake, by="adm1", disaggregate=True, engine=engine)
            for engine in (DUCKDB, spark)
        )
        estimates, others = (_estimates(engine) for engine in (DUCKDB, spark))
    differ = [*unlike(figures, there), *unlike_estimates(estimates, others)]
    return {"figures": figures.num_rows, "estimates": len(estimates), "differ": differ}


def _estimates(engine: Engine) -> list[survey.Estimate]:
    way = survey.Engine.EXPRESSION
    sample = survey.declare(INTERVIEWS, TWO_STAGE, engine=way, on=engine)
    return survey.estimate(sample, TERMS, by=["group"])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))) + "\n")
