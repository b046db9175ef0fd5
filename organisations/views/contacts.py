"""The organisation's contact persons: who they are, who sees them, who has left."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from organisations.acting import acting_organisation
from organisations.forms.contacts import ContactForm, LeavingForm
from organisations.models import Contact, Organisation
from organisations.views.helpers import attempt
from organisations.workflow.contacts import contact_leaves, save_contact

EDIT, MANAGE = "organisations.edit", "organisations.contact.manage"


@sign_in_required
def contacts(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Those in the duty first, then those who have left during the last two years."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("organisations.contact.view", request.user, now=now).filter(organisation=organisation)
    today = local_date(now)
    page = paginate(request, rows.select_related("successor").order_by("-left_on", "name", "pk"))
    return render(
        request,
        "organisations/contacts.html",
        {
            "organisation": organisation,
            "page": page,
            "rows": [(row, row.left_on is not None and row.left_on <= today) for row in page],
            "can_manage": may(EDIT, request.user, organisation, now=now),
        },
    )


@sign_in_required
def contact_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Add a contact person."""
    organisation = acting_organisation(request, organisation_id, EDIT)
    start = {"since": local_date(clock.now()), "visibility": "county"}
    return _form_page(request, organisation, None, ContactForm(request.POST or None, initial=start))


@sign_in_required
def contact_edit(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Change a contact person."""
    organisation, contact = _own(request, organisation_id, pk)
    form = ContactForm(request.POST or None, instance=Contact.objects.get(pk=contact.pk))
    return _form_page(request, organisation, contact, form)


def _own(request: HttpRequest, organisation_id: int, pk: int) -> tuple[Organisation, Contact]:
    organisation = acting_organisation(request, organisation_id, EDIT)
    return organisation, get_allowed(MANAGE, request.user, now=clock.now(), pk=pk, organisation=organisation)


def _form_page(
    request: HttpRequest, organisation: Organisation, contact: Contact | None, form: ContactForm
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        consent = values.pop("consent")
        if attempt(
            request,
            lambda: save_contact(
                organisation, values, consent=consent, contact=contact, by=request.user, now=clock.now()
            ),
            form,
        ):
            messages.success(request, _("Yhteyshenkilön tiedot on tallennettu."))
            return redirect("organisations:contacts", organisation_id=organisation.pk)
    context = {"organisation": organisation, "contact": contact, "form": form}
    return render(request, "organisations/contact_form.html", context)


@sign_in_required
def contact_leave(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """ "Lähti tehtävästä": from which day, why, and who goes on."""
    organisation, contact = _own(request, organisation_id, pk)
    start = {
        "on": contact.left_on or local_date(clock.now()),
        "reason": contact.left_reason,
        "successor": contact.successor_id,
    }
    others = organisation.contacts.filter(left_on__isnull=True).exclude(pk=contact.pk)
    form = LeavingForm(request.POST or None, initial=start, others=others)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            request,
            lambda: contact_leaves(contact, **form.cleaned_data, by=request.user, now=clock.now()),
            form,
        )
    ):
        messages.success(request, _("Tallennettu. Lähteneen yhteystiedot poistetaan kahden vuoden kuluttua."))
        return redirect("organisations:contacts", organisation_id=organisation.pk)
    context = {"organisation": organisation, "contact": contact, "form": form}
    return render(request, "organisations/contact_leave.html", context)
