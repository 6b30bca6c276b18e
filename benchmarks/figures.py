"""From a file to figures, after start-up: `python -m benchmarks.figures FILE` prints `seconds N`."""

import sys
import time
from pathlib import Path

from opendtm import measure
from opendtm.tables import read_tables


def main(path: Path) -> None:
    """Read the file and compute every figure by first administrative level."""
    started = time.perf_counter()
    reading = read_tables(path)
    table = measure.compute(measure.single_round(reading.observations), by="adm1")
    sys.stdout.write(f"{table.num_rows} figures\nseconds {time.perf_counter() - started}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
