"""Addresses of the service window."""

from django.urls import path

from qilian.portal.window.views import booking, intake, mandates, opinions, orders, reports

app_name = "window"
urlpatterns = [
    path("", orders.orders, name="orders"),
    path("new/", intake.client, name="client"),
    path("new/client/", intake.new_client, name="new_client"),
    path("new/client/<int:number>", intake.choose, name="choose"),
    path("new/<int:draft>/words/", intake.words, name="words"),
    path("new/<int:draft>/lines/", intake.lines, name="lines"),
    path("new/<int:draft>/check/", intake.check, name="check"),
    path("new/<int:draft>/discard", intake.discard, name="discard"),
    path("packages/", orders.offers, name="packages"),
    path("packages/<slug:name>/", orders.package, name="package"),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/grant/", mandates.grant, name="grant"),
    path("mandates/<int:number>/<slug:event>", mandates.move, name="move_mandate"),
    path("clients/<int:number>/mandate/", mandates.record, name="mandate"),
    path("opinions/", opinions.opinions, name="opinions"),
    path("complaints/<int:number>/<slug:event>", opinions.move, name="move_complaint"),
    path("receipts/<str:token>/", opinions.state, name="state"),
    path("<int:number>/", orders.order, name="order"),
    path("<int:number>/correct", intake.correct, name="correct"),
    path("<int:number>/plan", orders.make_plan, name="make_plan"),
    path("<int:number>/hold", booking.hold, name="hold"),
    path("<int:number>/paths/<int:path>/<slug:event>", booking.act, name="booking"),
    path("<int:number>/appointments/<int:appointment>/move", booking.move_one, name="move_one"),
    path("<int:number>/appointments/<int:appointment>/cancel", booking.cancel_one, name="cancel_one"),
    path("<int:number>/samples/<slug:code>/<slug:event>", booking.sample, name="sample"),
    path("<int:number>/reports/add", reports.add, name="add_report"),
    path("<int:number>/reports/<int:report>/remove", reports.remove, name="remove_report"),
    path("<int:number>/receipt", orders.receipt, name="receipt"),
    path("<int:number>/<slug:event>", orders.move, name="move"),
]
