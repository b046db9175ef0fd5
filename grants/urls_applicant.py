"""Addresses of grants: the organisation's own applications."""

from django.urls import URLPattern, path

from grants.views import applications, attachments, comments, draft_pdf, sent

OWN = "omat/<int:organisation_id>/hakemukset/"
ONE = f"{OWN}<int:application_id>/"

urlpatterns: list[URLPattern] = [
    path(OWN, applications.own_applications, name="own_applications"),
    path(f"{OWN}uusi/<int:call_id>/", applications.start, name="start"),
    path(ONE, applications.application, name="application"),
    path(f"{ONE}liitteet/", attachments.attachments, name="application_attachments"),
    path(f"{ONE}liitteet/<int:attachment_id>/", attachments.download, name="application_attachment"),
    path(f"{ONE}tarkista/", sent.review, name="application_review"),
    path(f"{ONE}luonnos.pdf", draft_pdf.draft_pdf, name="application_draft_pdf"),
    path(f"{ONE}kommentit/", comments.comments, name="application_comments"),
    path(f"{ONE}kommentit/<int:comment_id>/hoidettu/", comments.finish, name="application_comment_finish"),
    path(f"{ONE}lahetetty/", sent.submitted, name="application_submitted"),
    path(f"{ONE}kuitti/<int:number>/", sent.receipt, name="application_receipt"),
    path(f"{ONE}muuta/", sent.reopen, name="application_reopen"),
    path(f"{ONE}peruuta/", sent.withdraw, name="application_withdraw"),
    path(f"{ONE}<slug:page>/", applications.page, name="application_page"),
]
