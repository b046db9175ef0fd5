"""The organisation downloads its own copy of a whole case."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from common import clock
from documents.views import SAFE_HEADERS
from grants.own_copy import parts_of, stream
from grants.records_package import folder
from grants.views.applicant_parts import own_application


@login_required
@require_safe
def own_copy(request: HttpRequest, organisation_id: int, application_id: int) -> StreamingHttpResponse:
    """What the organisation sent and got in the case, as one ZIP that is written while it is downloaded."""
    now = clock.now()
    case = own_application(request, organisation_id, application_id, now)
    if case.case_number is None:
        raise Http404
    # Asked for before the first byte: what the person may read is decided here, not while the answer is on its way.
    parts = parts_of(case, request.user, now)
    response = StreamingHttpResponse(stream(case, parts, now), content_type="application/zip")
    name = f"{folder(case.case_number)}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    for header, value in SAFE_HEADERS.items():
        response[header] = value
    return response
