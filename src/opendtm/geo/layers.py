"""Reads the polygon layers of an opened boundary file as plain columns, in degrees on WGS 84."""

import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError

from opendtm.errors import Where
from opendtm.errors.geo import BoundariesTooLarge, ProjectionUnknown
from opendtm.geo.shapes import Geometry
from opendtm.geo.sources import unreadable
from opendtm.i18n import Message

DAMAGED = Message("its content is damaged.")
MAX_AREAS = 100_000
MAX_VERTICES = 20_000_000
_BROKEN = (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    GeometryError,
    UnicodeDecodeError,
)
_DEGREES = {"EPSG:4326", "OGC:CRS84"}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its name, columns as lists of equal length, and a geometry (or None) for each row."""

    file: str
    name: str
    columns: Mapping[str, Sequence[object]]
    geometries: Sequence[Geometry | None]
    encoding: str | None = None  # set where it had to be found out from the bytes

    @property
    def where(self) -> Where:
        """Say where this layer is, for a finding or an error."""
        return Where(file=self.file, sheet=self.name)


def layers(file: Path) -> Iterator[Layer]:
    """Read every layer of `file` that has geometries.

    Raises BoundariesUnreadable, BoundariesTooLarge and ProjectionUnknown, each with file and layer.
    """
    try:
        with _quiet():
            names = [(str(name), kind) for name, kind in pyogrio.list_layers(file)]
    except _BROKEN as error:
        raise unreadable(file.name, DAMAGED) from error
    for name, kind in names:
        if kind is not None:
            yield _read(file, name)


def _read(file: Path, layer: str) -> Layer:
    encoding = _dbf_encoding(file) if file.suffix.lower() == ".shp" else None
    try:
        with _quiet():
            info = pyogrio.read_info(file, layer=layer, encoding=encoding)
            _check_count(file, layer, info["features"])
            meta, _, wkb, values = _open(file, layer, info["crs"], encoding)
    except _BROKEN as error:
        raise unreadable(file.name, DAMAGED, layer=layer) from error
    geometries = shapely.from_wkb(wkb, on_invalid="fix")
    _check_vertices(file, layer, geometries)
    _check_degrees(file, layer, geometries)
    columns = {
        name: column.tolist()
        for name, column in zip(meta["fields"], map(_plain, values), strict=True)
    }
    return Layer(file.name, layer, columns, list(geometries), encoding)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep GDAL's warnings back: what it mends by itself is checked here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def _plain(column: np.ndarray) -> np.ndarray:
    return column.astype("datetime64[D]") if column.dtype.kind == "M" else column


def _open(
    file: Path, layer: str, crs: str | None, encoding: str | None
) -> tuple[dict, None, np.ndarray, list]:  # type: ignore[type-arg]
    if crs is None or crs in _DEGREES:
        return pyogrio.raw.read(file, layer=layer, encoding=encoding, force_2d=True)  # type: ignore[no-any-return]
    with tempfile.TemporaryDirectory(prefix="opendtm-") as folder:
        warped = Path(folder) / "warped.vrt"
        warped.write_text(_warp(file, layer, encoding), encoding="utf-8")
        return pyogrio.raw.read(warped, force_2d=True)  # type: ignore[no-any-return]


def _warp(file: Path, layer: str, encoding: str | None) -> str:
    """Describe, in GDAL's own words, the layer brought to WGS 84."""
    option = (
        f'<OpenOptions><OOI key="ENCODING">{escape(encoding)}</OOI></OpenOptions>'
        if encoding
        else ""
    )
    return (
        "<OGRVRTDataSource><OGRVRTWarpedLayer>"
        f"<OGRVRTLayer name={quoteattr(layer)}><SrcDataSource>{escape(str(file.resolve()))}</SrcDataSource>"
        f"{option}<SrcLayer>{escape(layer)}</SrcLayer></OGRVRTLayer>"
        "<TargetSRS>EPSG:4326</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    )


def _check_count(file: Path, layer: str, count: int) -> None:
    if count > MAX_AREAS:
        where = Where(file=file.name, sheet=layer)
        raise BoundariesTooLarge(where=where, name=file.name, found=count, unit="", limit=MAX_AREAS)


def _check_vertices(file: Path, layer: str, geometries: np.ndarray) -> None:
    vertices = int(shapely.get_num_coordinates(geometries).sum())
    if vertices > MAX_VERTICES:
        where = Where(file=file.name, sheet=layer)
        raise BoundariesTooLarge(
            where=where, name=file.name, found=vertices, unit="", limit=MAX_VERTICES
        )


def _check_degrees(file: Path, layer: str, geometries: np.ndarray) -> None:
    bounds = shapely.bounds(geometries)
    if (
        np.nanmax(np.abs(bounds[:, ::2]), initial=0) > 181
        or np.nanmax(np.abs(bounds[:, 1::2]), initial=0) > 90.5
    ):
        raise ProjectionUnknown(where=Where(file=file.name, sheet=layer), name=file.name)


def _dbf_encoding(shapefile: Path) -> str | None:
    """Find the encoding of a shapefile that comes without a .cpg: UTF-8 where its bytes are, else cp1252."""
    beside = {other.suffix.lower(): other for other in shapefile.parent.glob(f"{shapefile.stem}.*")}
    if ".cpg" in beside or ".dbf" not in beside:
        return None
    raw = beside[".dbf"].read_bytes()
    rows = raw[int.from_bytes(raw[8:10], "little") :]
    foreign = sum(byte > 127 for byte in rows)
    if not foreign:
        return None
    lost = rows.decode("utf-8", errors="replace").count("�")
    return "UTF-8" if lost < foreign / 10 else "CP1252"
