"""Addresses of the quality map."""

from django.urls import path

from qilian.portal.chain import views

app_name = "chain"
urlpatterns = [
    path("", views.chain_map, name="map"),
    path("gaps", views.gaps, name="gaps"),
    path("benches", views.benches, name="benches"),
    path("nodes/<str:key>/", views.node, name="node"),
    path("nodes/<str:key>/trace", views.trace, name="trace"),
]
