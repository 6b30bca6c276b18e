"""The declared design of a round's sample, read from its row."""

from typing import TYPE_CHECKING

from opendtm_server.matrix.models import SampleDesign
from opendtm_server.matrix.sample import Sample

if TYPE_CHECKING:
    from opendtm_server.collect.models import Round


def declared(round_: "Round") -> Sample | None:
    """Give the design declared for a round of interviews; None where nobody has."""
    row = SampleDesign.objects.filter(round=round_).first()
    return _sample(row) if row else None


def declared_before(round_: "Round") -> Sample | None:
    """Give the design of the newest round before this one of the same form, which a new one usually repeats."""
    earlier = SampleDesign.objects.filter(
        round__form=round_.form_id, round__starts_on__lt=round_.starts_on
    )
    row = earlier.order_by("-round__starts_on").first()
    return _sample(row) if row else None


def _sample(row: SampleDesign) -> Sample:
    return Sample(
        kind=row.kind,
        strata=row.strata,
        clusters=tuple(filter(None, (row.cluster, row.second_cluster))),
        weights=row.weights,
        finite=tuple(filter(None, (row.finite, row.second_finite))),
        finite_holds=row.finite_holds,
        lonely=row.lonely,
        nested=row.nested,
        least=row.least,
    )
