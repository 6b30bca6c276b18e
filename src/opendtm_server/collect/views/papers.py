"""A published form as paper: to print, to fill by hand, and to key in later."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from opendtm import forms as workshop
from opendtm import render
from opendtm_server.collect import queries
from opendtm_server.collect.views.pages import one_or_404
from opendtm_server.govern.doors import desk_page
from opendtm_server.govern.roles import Permission

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation


@require_safe
@desk_page(Permission.MANAGE_COLLECTION)
def paper(request: HttpRequest, operation: "Operation", version: int) -> HttpResponse:
    """Give a form version as PDF, in both its languages."""
    form = one_or_404(queries.forms_for(request.user, operation).filter(versions__pk=version))
    published = one_or_404(form.versions, pk=version)
    outline = workshop.read_outline(bytes(published.xform))
    content = render.paper_pdf(outline, made_at=published.published_at)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="form-{published.pk}-paper.pdf"'
    return response
