"""Errors of boundary files: what cannot be opened, what is too big, what does not fit on the globe."""

from opendtm.errors.base import InputProblem
from opendtm.i18n import mark


class BoundariesNotFound(InputProblem):
    """There is no file of that name, or the folder or archive holds no boundaries."""

    code = "OD501"
    sentence = mark("No boundary file was found in {name}.")
    remedy = mark(
        "Give a GeoJSON, TopoJSON, GeoPackage or shapefile (.shp with .shx and .dbf, or zipped)."
    )


class BoundariesTooLarge(InputProblem):
    """The file, what it unpacks to, or what it draws is over the limit."""

    code = "OD502"
    sentence = mark("{name} is too large: {found} {unit}; the limit is {limit}.")
    remedy = mark(
        "Simplify the boundaries (for example with mapshaper) or import one level at a time."
    )


class BoundariesUnreadable(InputProblem):
    """The file is not what its name says, or it is damaged."""

    code = "OD503"
    sentence = mark("{name} cannot be read as boundaries: {reason}")
    remedy = mark(
        "Open it in a mapping program and save it again as GeoPackage or GeoJSON (WGS 84)."
    )


class BoundariesIncomplete(InputProblem):
    """A shapefile came without one of the files that belong to it."""

    code = "OD504"
    sentence = mark("{name} is incomplete: the file {missing} is not beside it.")
    remedy = mark("Copy all files of the shapefile together, or zip them.")


class ProjectionUnknown(InputProblem):
    """Coordinates are not degrees and nothing says what they are."""

    code = "OD505"
    sentence = mark(
        "The coordinates of {name} are not degrees, and the file does not say in which projection they are."
    )
    remedy = mark("Add the .prj file, or save the boundaries again in WGS 84 (EPSG:4326).")


class WorldFileMissing(InputProblem):
    """The outlines of the world's countries were not built into this installation."""

    code = "OD506"
    sentence = mark("The outlines of the world's countries are missing from this installation.")
    remedy = mark("Run “make build”.")
