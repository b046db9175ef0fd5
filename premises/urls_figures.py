"""Addresses of the figures of rooms."""

from django.urls import path

from premises.views import figures

urlpatterns = [
    path("hallinta/tilat/luvut/", figures.figures, name="figures"),
    path("hallinta/tilat/luvut.csv", figures.figures_export, {"kind": "csv"}, name="figures_csv"),
    path("hallinta/tilat/luvut.xlsx", figures.figures_export, {"kind": "xlsx"}, name="figures_xlsx"),
]
