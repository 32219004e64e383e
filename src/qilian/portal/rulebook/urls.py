"""Addresses of the content to read."""

from django.urls import URLPattern

app_name = "rulebook"
urlpatterns: list[URLPattern] = []
