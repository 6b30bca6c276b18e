"""The findings of a boundary file, one function each, in words for whoever imports it."""

from collections.abc import Sequence

from opendtm.errors import Where
from opendtm.geo.mending import Mend
from opendtm.i18n import Message
from opendtm.records import Finding, Place, Severity

_SHAPES = {
    Mend.NONE: (
        Severity.HARD,
        Message("The area has no shape and was left out."),
        Message("Draw it in the source, or remove the row."),
    ),
    Mend.NOT_AREA: (
        Severity.HARD,
        Message("The row is a point or a line, not an area, and was left out."),
        Message("Give the boundaries as polygons."),
    ),
    Mend.INVALID: (
        Severity.NOTE,
        Message("The shape crossed itself and was mended."),
        Message("Compare it with the source where the border matters."),
    ),
}


def layer_without_areas(where: Where) -> Finding:
    """Say that a layer holds points or lines only."""
    message = Message("The layer holds points or lines, no areas; it was left out.")
    return Finding("layer_without_areas", Severity.SOFT, message, where=where)


def no_code_column(where: Where, columns: Sequence[str]) -> Finding:
    """No column was recognised as the P-code, so the layer gives no area."""
    listed = ", ".join(columns) or "-"
    message = Message(
        "No column with P-codes was recognised; the columns are: {columns}.", {"columns": listed}
    )
    remedy = Message(
        "Name the column as in the COD-AB files, for example ADM1_PCODE. Names are no keys."
    )
    return Finding("no_code_column", Severity.HARD, message, remedy=remedy, where=where)


def without_code(where: Where, name: str | None) -> Finding:
    """Say that a row has no P-code."""
    message = Message("The area {name} has no P-code and was left out.", {"name": name or "-"})
    remedy = Message("Fill in its P-code.")
    return Finding(
        "area_without_code", Severity.HARD, message, value=name, remedy=remedy, where=where
    )


def without_name(where: Where, code: str) -> Finding:
    """Say that a row has no name in any language; its P-code is shown instead."""
    message = Message("{code} has no name; its P-code is shown instead.", {"code": code})
    return Finding("area_without_name", Severity.SOFT, message, source=code, where=where)


def about_shape(mend: Mend, where: Where, code: str) -> Finding:
    """Something was wrong with the shape of the area `code`."""
    severity, message, remedy = _SHAPES[mend]
    return Finding(str(mend), severity, message, source=code, remedy=remedy, where=where)


def level_assumed(where: Where) -> Finding:
    """Neither columns nor names tell the administrative level."""
    message = Message(
        "Nothing says of which administrative level the areas are; they were taken as level 1."
    )
    remedy = Message("Put the level into the name of the file or the layer, for example adm2.")
    return Finding("level_assumed", Severity.SOFT, message, remedy=remedy, where=where)


def no_parent_column(where: Where) -> Finding:
    """Say that the file does not tell in which upper area each area lies."""
    message = Message("No column gives the P-code of the area above.")
    return Finding("no_parent_column", Severity.NOTE, message, where=where)


def no_valid_from(where: Where) -> Finding:
    """Say that the file does not tell since when its borders exist."""
    message = Message("The file does not say since when these borders are valid.")
    remedy = Message("Give the date when you import them.")
    return Finding("no_valid_from", Severity.NOTE, message, remedy=remedy, where=where)


def encoding_found(where: Where, encoding: str) -> Finding:
    """Say that the encoding of the shapefile had to be found out."""
    values = {"encoding": encoding}
    message = Message(
        "The shapefile does not say its encoding; its names were read as {encoding}.", values
    )
    return Finding("encoding_found", Severity.NOTE, message, value=encoding, where=where)


def code_spellings(place: Place, codes: Sequence[str]) -> Finding:
    """One P-code is written in two ways."""
    values = {"codes": ", ".join(codes), "code": place.code}
    message = Message("One P-code is spelled in several ways ({codes}); {code} was kept.", values)
    return Finding("code_spellings", Severity.SOFT, message, source=place.code)


def two_names(place: Place, names: Sequence[str]) -> Finding:
    """One P-code stands on areas with different names."""
    values = {"code": place.code, "names": ", ".join(names)}
    message = Message(
        "{code} stands on areas with different names ({names}); they were joined.", values
    )
    remedy = Message("Check whether one of them should have another P-code.")
    return Finding("code_with_two_names", Severity.SOFT, message, source=place.code, remedy=remedy)


def parts_joined(place: Place, count: int) -> Finding:
    """Several rows of one area were joined."""
    values = {"code": place.code, "count": count}
    message = Message("{code} came in {count} rows, which were joined to one area.", values)
    return Finding("parts_joined", Severity.NOTE, message, source=place.code)
