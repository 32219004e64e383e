"""Addresses of the standards library."""

from django.urls import path

from qilian.portal.library import views

app_name = "library"
urlpatterns = [
    path("", views.search, name="search"),
    path("show", views.standard, name="standard"),
    path("follow", views.follow, name="follow"),
]
