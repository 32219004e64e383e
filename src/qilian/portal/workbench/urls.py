"""Addresses of products and plans."""

from django.urls import path

from qilian.portal.workbench.views import answering, asking, evidence, impacts, plans, products, sharing

app_name = "workbench"
urlpatterns = [
    path("", products.products, name="products"),
    path("new/", products.new, name="new"),
    path("new/questions", products.start, name="start"),
    path("new/file", products.upload, name="upload"),
    path("impact", impacts.impact, name="impact"),
    path("shared/<str:secret>/", sharing.shared, name="shared"),
    path("shared/<str:secret>/<slug:part>", sharing.shared, name="shared_part"),
    path("<int:number>/", products.product, name="product"),
    path("<int:number>/change", products.change, name="change"),
    path("<int:number>/delete", products.delete, name="delete"),
    path("<int:number>/answers", products.answers, name="answers"),
    path("<int:number>/questions/", answering.next_question, name="next_question"),
    path("<int:number>/questions/<str:parameter>/", answering.question, name="question"),
    path("<int:number>/questions/<str:parameter>/preview", answering.preview, name="preview"),
    path("<int:number>/evidence/", evidence.evidence, name="evidence"),
    path("<int:number>/evidence/add", evidence.add, name="add_evidence"),
    path("<int:number>/evidence/<int:file>/remove", evidence.remove, name="remove_evidence"),
    path("<int:number>/links/<int:link>/revoke", sharing.revoke, name="revoke"),
    path("<int:number>/plans/make", plans.make, name="make"),
    path("<int:number>/plans/<int:version>/", plans.plan, name="plan"),
    path("<int:number>/plans/<int:version>/changes/<int:other>", plans.changes, name="changes"),
    path("<int:number>/plans/<int:version>/export/<slug:form>", plans.export, name="export"),
    path("<int:number>/plans/<int:version>/what-if", asking.what_if, name="what_if"),
    path("<int:number>/plans/<int:version>/why", asking.why, name="why"),
    path("<int:number>/plans/<int:version>/front", asking.find_front, name="find_front"),
    path("<int:number>/plans/<int:version>/front/<int:point>/keep", asking.keep_point, name="keep_point"),
    path("<int:number>/plans/<int:version>/links", sharing.share, name="make_link"),
    path("<int:number>/plans/<int:version>/<slug:part>", plans.plan, name="plan_part"),
]
