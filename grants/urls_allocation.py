"""Addresses of grants: sharing the appropriation, and the frozen numbered proposals."""

from django.urls import URLPattern, path

from grants.views import allocating, proposal_sets

CALL = "hallinta/haut/<int:call_id>/"
SET = f"{CALL}esitykset/<int:number>/"

urlpatterns: list[URLPattern] = [
    path(f"{CALL}jako/", allocating.table, name="allocation"),
    path(f"{CALL}jako/jako.xlsx", allocating.table_xlsx, name="allocation_xlsx"),
    path(f"{CALL}jako/mallit/", allocating.models, name="allocation_models"),
    path(f"{CALL}jako/ota/", allocating.adopt, name="allocation_adopt"),
    path(f"{CALL}esitykset/jaadyta/", proposal_sets.freeze, name="proposal_freeze"),
    path(SET, proposal_sets.proposal_set, name="proposal_set"),
    path(f"{SET}esitys.xlsx", proposal_sets.workbook, name="proposal_set_xlsx"),
    path(f"{SET}esitys.pdf", proposal_sets.pdf, name="proposal_set_pdf"),
]
