"""Addresses of the pages about organisations."""

from django.urls import path

from qilian.portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
]
