"""The addresses of the portal, below /da/ and /en/."""

from __future__ import annotations

from django.urls import path

from troth.web.portal import about, ask, confirm, status, tasks, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("ask/", ask.ask, name="ask"),
    path("case/<slug:link>/", status.case, name="case"),
    path("back/", about.back, name="back"),
    path("confirm/<slug:link>/", confirm.confirm, name="confirm"),
    path("task/<slug:link>/", tasks.task, name="task"),
    path("opgave/<slug:link>/", tasks.task, name="opgave"),
    path("notice/", about.notice, name="notice"),
    path("notice/signed.json", about.signed, name="signed"),
    path("notice/<int:number>/", about.version, name="version"),
    path("contact/", about.contact, name="contact"),
    path("california/", about.california, name="california"),
    path("opt-out/", about.opt_out, name="opt_out"),
    path("limit/", about.limit, name="limit"),
]
