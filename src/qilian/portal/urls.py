"""Addresses of the portal's pages."""

from django.urls import include, path

from qilian.portal.accounts.views.organisations import language
from qilian.portal.api.door import api
from qilian.portal.operation import views as operation
from qilian.portal.site import views as site

urlpatterns = [
    path("", site.home, name="home"),
    path("theme", site.theme, name="theme"),
    path("language", language, name="set_language"),
    path("accounts/", include("qilian.portal.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("standards/", include("qilian.portal.library.urls")),
    path("laboratories/", include("qilian.portal.network.urls")),
    path("products/", include("qilian.portal.workbench.urls")),
    path("window/", include("qilian.portal.window.urls")),
    path("bookings/", include("qilian.portal.booking.urls")),
    path("rules/", include("qilian.portal.rulebook.urls")),
    path("chain/", include("qilian.portal.chain.urls")),
    path("evaluation/", include("qilian.portal.evaluation.urls")),
    path("improvement/", include("qilian.portal.improvement.urls")),
    path("leading/", include("qilian.portal.leading.urls")),
    path("scenarios/", include("qilian.portal.scenarios.urls")),
    path("notices/", include("qilian.portal.notices.urls")),
    path("jobs/", include("qilian.portal.jobs.urls")),
    path("api/v1/", api.urls),
    path("api/", include("qilian.portal.api.urls")),
    path("healthz", operation.health, name="healthz"),
    path("metrics", operation.metrics, name="metrics"),
    path("operation/", include("qilian.portal.operation.urls")),
]
handler403 = site.refused
handler404 = site.not_found
handler500 = site.failed
