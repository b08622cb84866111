"""The addresses of the console, below /console/."""

from __future__ import annotations

from django.urls import path

from troth.web.console import case, duty, holds, letters, others, proofs, views

app_name = "console"
urlpatterns = [
    path("", views.home, name="home"),
    path("cases/<slug:section>/", views.cases, name="cases"),
    path("jobs/again/", views.again, name="again"),
    path("type-in/", views.type_in, name="type_in"),
    path("case/<slug:name>/", case.case, name="case"),
    path("case/<slug:name>/show/", case.show, name="show"),
    path("case/<slug:name>/act/", case.act, name="act"),
    path("case/<slug:name>/approve/", case.approve, name="approve"),
    path("case/<slug:name>/fetch/", case.fetch, name="fetch"),
    path("case/<slug:name>/letter/", letters.letter, name="letter"),
    path("case/<slug:name>/print/", letters.printed, name="print"),
    path("case/<slug:name>/others/", others.others, name="others"),
    path("case/<slug:name>/others/act/", others.act, name="others_act"),
    path("tasks/", others.own_tasks, name="own_tasks"),
    path("tasks/<slug:name>/<slug:mark>/", others.own_task, name="own_task"),
    path("map/", proofs.datamap, name="map"),
    path("promises/", proofs.promises, name="promises"),
    path("keep/", proofs.keep, name="keep"),
    path("holds/", holds.holds, name="holds"),
    path("duty/", duty.duty, name="duty"),
    path("why/", proofs.why, name="why"),
    path("ledger/", proofs.ledger, name="ledger"),
    path("metrics/", proofs.metrics, name="metrics"),
    path("rehearsal/", proofs.rehearsal, name="rehearsal"),
]
