"""Addresses beside the interface itself, which is ``/api/v1``."""

from django.urls import path

from qilian.portal.api import views

app_name = "interface"
urlpatterns = [
    path("", views.reference, name="reference"),
    path("<path:rest>", views.nowhere, name="nowhere"),
]
