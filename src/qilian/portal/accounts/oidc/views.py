"""The two addresses of the login: to the provider, and back from it. django-allauth's, with :class:`Adapter`."""

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from qilian.portal.accounts.oidc.adapter import Adapter


@login_not_required  # type: ignore[untyped-decorator]
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Lead to the provider."""
    return _answer(OAuth2LoginView, request, provider_id)


@login_not_required  # type: ignore[untyped-decorator]
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Take the provider's answer."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(
    view: type[OAuth2LoginView] | type[OAuth2CallbackView], request: HttpRequest, provider_id: str
) -> HttpResponseBase:
    adapter = Adapter(request, provider_id)
    try:
        answer: HttpResponseBase = view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except OAuth2Error as error:  # of the metadata, which are read before anybody is led away
        answer = render_authentication_error(request, adapter.get_provider(), exception=error)
    return answer
