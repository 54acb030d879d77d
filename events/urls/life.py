from django.urls import path

from events.views import events_life, outcomes

urlpatterns = [
    path("<slug:slug>/aftermath/", events_life.event_aftermath, name="event_aftermath"),
    path("<slug:slug>/archive/", events_life.event_archive, name="event_archive"),
    path("<slug:slug>/outcomes/", outcomes.event_outcomes, name="event_outcomes"),
    path("<slug:slug>/report/", outcomes.event_report, name="event_report"),
    path("<slug:slug>/report/publish/", outcomes.report_publish, name="report_publish"),
    path("<slug:slug>/report/withdraw/", outcomes.report_withdraw, name="report_withdraw"),
]
