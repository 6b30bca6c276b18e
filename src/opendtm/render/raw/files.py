"""From the rows that were laid down to the file that was asked for."""

from collections.abc import Callable, Mapping
from pathlib import Path

from opendtm.render.raw.comma import csv_zip
from opendtm.render.raw.geography import geojson, geopackage
from opendtm.render.raw.options import RawOptions
from opendtm.render.raw.parquet import parquet_zip
from opendtm.render.raw.rows import RawWriter
from opendtm.render.raw.statistics import spss_zip, stata_zip
from opendtm.render.raw.workbook import workbook

Maker = Callable[[RawWriter, Path, RawOptions], None]
FORMATS: Mapping[str, tuple[str, Maker]] = {
    "xlsx": (".xlsx", workbook),
    "csv": (".csv.zip", csv_zip),
    "parquet": (".parquet.zip", parquet_zip),
    "spss": (".sav.zip", spss_zip),
    "stata": (".dta.zip", stata_zip),
    "geojson": (".geojson", geojson),
    "gpkg": (".gpkg", geopackage),
}


def write(rows: RawWriter, target: Path, kind: str, options: RawOptions) -> None:
    """Write the rows of a closed writer as a file of a kind of `FORMATS`; KeyError for any other.

    Each maker counts what it writes against what was laid down and raises `CountsDiffer` where they do not agree.
    """
    FORMATS[kind][1](rows, target, options)
