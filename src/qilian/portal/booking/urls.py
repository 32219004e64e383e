"""Addresses of booked paths, of the laboratories' side, of samples, and of calendars."""

from django.urls import path

from qilian.portal.booking.views import blocking, changing, feeds, firm, laboratory, reports, samples

app_name = "booking"
urlpatterns = [
    path("", firm.paths, name="paths"),
    path("plans/<int:plan>/hold", firm.hold, name="hold"),
    path("<int:number>/", firm.path, name="path"),
    path("<int:number>/confirm", firm.confirm, name="confirm"),
    path("<int:number>/cancel", firm.cancel, name="cancel"),
    path("<int:number>/labels", samples.labels, name="labels"),
    path("<int:number>/again", changing.again, name="again"),
    path("<int:number>/appointments/<int:appointment>/move", changing.move, name="move"),
    path("<int:number>/appointments/<int:appointment>/cancel", changing.cancel_one, name="cancel_one"),
    path("<int:number>/proposals/<int:proposal>/accept", changing.accept, name="accept_proposal"),
    path("<int:number>/proposals/<int:proposal>/dismiss", changing.dismiss, name="dismiss_proposal"),
    path("calendar", feeds.make, name="make_feed"),
    path("calendar/<str:secret>.ics", feeds.feed, name="feed"),
    path("samples/<slug:code>/", samples.sample, name="sample"),
    path("samples/<slug:code>/<slug:event>", samples.move, name="move_sample"),
    path("board/", laboratory.board, name="board"),
    path("requests/", laboratory.requests, name="requests"),
    path("reception/", samples.reception, name="reception"),
    path("appointments/<int:number>/", laboratory.appointment, name="appointment"),
    path("appointments/<int:number>/move", laboratory.move, name="move_appointment"),
    path("appointments/<int:number>/report", laboratory.report, name="report"),
    path("appointments/<int:number>/report.pdf", reports.report_file, name="report_file"),
    path("appointments/<int:number>/<slug:event>", laboratory.act, name="act"),
    path("board/block", blocking.block, name="block"),
    path("slots/<int:slot>/unblock", blocking.unblock, name="unblock"),
]
