"""Addresses of products and plans."""

from django.urls import URLPattern

app_name = "workbench"
urlpatterns: list[URLPattern] = []
