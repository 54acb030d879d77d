from django.urls import path

from events.views import events, events_host

urlpatterns = [
    path("", events.events, name="events"),
    path("new/", events_host.event_new, name="event_new"),
    path("<slug:slug>/", events.event, name="event"),
    path("<slug:slug>/comers/", events.event_comers, name="event_comers"),
    path("<slug:slug>/event.ics", events.event_file, name="event_file"),
    path("<slug:slug>/edit/", events_host.event_edit, name="event_edit"),
    path("<slug:slug>/publish/", events_host.event_publish, name="event_publish"),
    path("<slug:slug>/close/", events_host.event_close, name="event_close"),
    path("<slug:slug>/reopen/", events_host.event_reopen, name="event_reopen"),
    path("<slug:slug>/cancel/", events_host.event_cancel, name="event_cancel"),
]
