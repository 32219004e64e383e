"""Addresses of operation; health and figures stand at the root (see :mod:`qilian.portal.urls`)."""

from django.urls import path

from qilian.portal.operation import views

app_name = "operation"
urlpatterns = [path("", views.overview, name="overview")]
