"""From a run of the matrix to the model of its report."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from shapely.geometry import shape

from opendtm.geo import AreaShape
from opendtm.i18n import Label
from opendtm.records import Round
from opendtm.report import site_needs
from opendtm.report.model import Contact, Edition, SiteNeedsReport
from opendtm_server.matrix.basis import Basis, as_record
from opendtm_server.matrix.queries import basis_for
from opendtm_server.places import queries as places
from opendtm_server.publish import queries
from opendtm_server.publish.disclosure import Issue, protect
from opendtm_server.publish.placing import where_shown

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation
    from opendtm_server.matrix.models import Run
    from opendtm_server.publish.models import Release


def report_of(run: "Run", *, number: int, made_at: datetime) -> SiteNeedsReport:
    """Build the Site Needs Report of a run, ready for any language and format.

    Small cells are suppressed, and what would give them away, in the report or together with the releases that
    are out; and sites stand where the operation's rule shows them to the public. Raises PositionKeyMissing.
    """
    operation = run.round.operation
    basis = basis_for(run)
    edition = edition_of(run, number=number, made_at=made_at)
    report = site_needs(
        basis.observations,
        sites=basis.sites,
        rounds=basis.rounds,
        at=basis.at,
        edition=edition,
        areas=areas_of(operation, run),
        boundaries_source=boundaries_source(operation, run),
        carry_rounds=basis.carry_rounds,
        inaccessible=basis.inaccessible,
    )
    protected = protect(report, before=_before(basis, edition), issues=issues_out(run))
    return where_shown(protected, operation=operation, day=run.round.ends_on)


def issues_out(run: "Run") -> tuple[Issue, ...]:
    """Give the releases whose numbers may be among those of a run, as far as an answer can be carried forward."""
    return tuple(_issue(release) for release in queries.releases_near(run))


def _issue(release: "Release") -> Issue:
    basis = basis_for(release.run)
    edition = edition_of(release.run, number=release.number, made_at=release.released_at)
    return Issue(
        report=_numbers_of(basis, edition, at=basis.at),
        before=_before(basis, edition),
        shown=queries.figures_shown(release),
    )


def _before(basis: Basis, edition: Edition) -> SiteNeedsReport | None:
    """Give the report of the round before, as it is known now."""
    earlier = sorted(each for each in basis.rounds if each < basis.at)
    return _numbers_of(basis, edition, at=earlier[-1]) if earlier else None


def _numbers_of(basis: Basis, edition: Edition, *, at: Round) -> SiteNeedsReport:
    """Give a report with its numbers alone, nothing withheld: no map, no trend."""
    return site_needs(
        basis.observations,
        sites=basis.sites,
        rounds=basis.rounds,
        at=at,
        edition=replace(edition, round=at),
        carry_rounds=basis.carry_rounds,
        inaccessible=basis.inaccessible if at == basis.at else frozenset(),
        n_rounds=1,
    )


def edition_of(run: "Run", *, number: int, made_at: datetime) -> Edition:
    """Say what this issue is and where it stays."""
    operation, round_ = run.round.operation, run.round
    path = f"/{operation.code}/releases/site-needs/{number}/"
    return Edition(
        operation=operation.name,
        country=operation.country,
        country_code=operation.country_code,
        issue=str(number),
        round=as_record(round_),
        data_as_of=round_.ends_on,
        made_at=made_at,
        source=Label(
            f"Site visits of the operation {operation.name}",
            f"Visites de sites de l'opération {operation.name_fr or operation.name}",
        ),
        contact=Contact(operation.contact_office, operation.contact_address),
        permanent_address=f"{settings.PUBLIC_ADDRESS}{path}" if settings.PUBLIC_ADDRESS else path,
        fictional=operation.fictional,
        version=str(run.revision),
    )


def boundaries_source(operation: "Operation", run: "Run") -> Label | None:
    """Name where the boundaries come from; None where the operation has none."""
    rows = places.area_rows_on(operation, run.round.ends_on).filter(level__in=(1, 2))
    sources = sorted(set(rows.values_list("boundary_set__source", flat=True)))
    return Label("; ".join(sources), "; ".join(sources)) if sources else None


def areas_of(operation: "Operation", run: "Run") -> tuple[AreaShape, ...]:
    """Give the administrative areas of the round's last day; the report simplifies them for a page."""
    rows = places.areas_on(operation, run.round.ends_on)
    return tuple(
        AreaShape(place, shape(geometry)) for place, geometry in rows if place.level in {1, 2}
    )
