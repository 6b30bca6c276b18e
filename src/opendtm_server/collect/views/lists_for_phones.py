"""What a phone asks about an entity list beyond its file: which of the entities that it made are gone."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from opendtm_server.collect import openrosa, queries
from opendtm_server.collect.models import Device
from opendtm_server.collect.views.phones import for_phones

MOST = 500


@for_phones
@require_safe
def integrity(request: HttpRequest, device: Device, *, address: str) -> HttpResponse:
    """Say of the entities in `?id=a,b,c` whether they were deleted here; an unknown one was not."""
    asked = [key for key in request.GET.get("id", "").split(",") if key][:MOST]
    gone = queries.gone_entities(device.operation, address, asked)
    return openrosa.respond(openrosa.integrity({key: key in gone for key in asked}))
