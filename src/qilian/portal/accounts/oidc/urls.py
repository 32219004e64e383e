"""Addresses of the login, under the names that django-allauth's templates know."""

from django.urls import path

from qilian.portal.accounts.oidc import views

urlpatterns = [
    path("oidc/<str:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
