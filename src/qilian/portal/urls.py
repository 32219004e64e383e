"""The portal's addresses; the pages come with the apps that have some."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
