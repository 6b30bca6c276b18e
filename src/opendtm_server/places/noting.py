"""Raises the numbers by which a phone tells that a site, or the lists of an operation, read differently."""

from typing import TYPE_CHECKING

from django.db.models import F

from opendtm_server.places.models import Edition, Site

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


def new_edition(operation: "Operation") -> None:
    """Note that the places of an operation read differently from now on."""
    edition, _made = Edition.objects.get_or_create(operation=operation)
    Edition.objects.filter(pk=edition.pk).update(number=F("number") + 1)


def new_revision(site: Site) -> None:
    """Note that a site reads differently from now on, and with it its operation."""
    Site.objects.filter(pk=site.pk).update(revision=F("revision") + 1)
    new_edition(site.operation)
