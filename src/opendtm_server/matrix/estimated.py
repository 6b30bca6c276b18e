"""The figures of a round of interviews, estimated with its declared design.

The estimators bring a statistics library with them: the first run that needs them loads this module, not the
start of the house.
"""

from typing import TYPE_CHECKING

import pyarrow as pa

from opendtm.measure.sampled import sampled_levels
from opendtm.measure.survey import Bounds, Design, Finite, Lonely
from opendtm.records import Figure

if TYPE_CHECKING:
    from opendtm_server.matrix.basis import Basis
    from opendtm_server.matrix.sample import Sample

LEVELS = (("none", True), ("adm1", False), ("adm2", False), ("site", False))


def estimates(basis: "Basis", sample: "Sample") -> pa.Table:
    """Estimate every indicator of interviews; a table of `Figure.SCHEMA` and `exchange.ESTIMATES`.

    Raises what `survey.declare` raises where the design does not fit the answers.
    """
    found = sampled_levels(
        basis.panel(),
        LEVELS,
        design=_design(sample) if sample.drawn else None,
        bounds=Bounds(least=sample.least),
    )
    return _named(found, basis)


def _design(sample: "Sample") -> Design:
    return Design(
        weights=sample.weights or None,
        strata=sample.strata or None,
        clusters=sample.clusters,
        finite=sample.finite,
        finite_holds=Finite(sample.finite_holds),
        lonely=Lonely(sample.lonely),
        nested=sample.nested,
    )


def _named(figures: pa.Table, basis: "Basis") -> pa.Table:
    """Name the places as the lists of areas and sites had them."""
    names = dict(basis.areas) | {site.site_id: site.name for site in basis.sites}
    found = [names.get(code or "") for code in figures["place_code"].to_pylist()]
    place = figures.schema.get_field_index("place_name")
    field = Figure.SCHEMA.field("place_name")
    return figures.set_column(place, field, pa.array(found, field.type))
