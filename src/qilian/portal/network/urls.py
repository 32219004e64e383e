"""Addresses of the laboratories."""

from django.urls import URLPattern

app_name = "network"
urlpatterns: list[URLPattern] = []
