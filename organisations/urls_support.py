"""Addresses of the support by year."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from organisations.views import support


class TableKindConverter(StringConverter):
    """A kind of table file: ``csv`` or ``xlsx``."""

    regex = "csv|xlsx"


register_converter(TableKindConverter, "tablekind")

urlpatterns = [
    path("jarjestot/<int:pk>/tuki/", support.public_support, name="public_support"),
    path("hallinta/tuki/", support.support_list, name="support_list"),
    path("hallinta/tuki/jarjestot.<tablekind:kind>", support.support_list_file, name="support_list_file"),
    path("hallinta/jarjestot/<int:pk>/tuki/", support.county_support, name="county_support"),
    path(
        "hallinta/jarjestot/<int:pk>/tuki/tuki.<tablekind:kind>",
        support.county_support_file,
        name="county_support_file",
    ),
    path("omat/<int:organisation_id>/tuki/", support.own_support, name="own_support"),
    path("omat/<int:organisation_id>/tuki.<tablekind:kind>", support.own_support_file, name="own_support_file"),
]
