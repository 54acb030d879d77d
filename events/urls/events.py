from django.urls import path

from events.views import events, events_host

urlpatterns = [
    path("", events.events, name="events"),
    path("new/", events_host.event_new, name="event_new"),
    path("<slug:slug>/", events.event, name="event"),
    path("<slug:slug>/event.ics", events.event_file, name="event_file"),
    path("<slug:slug>/register/", events.event_register, name="event_register"),
    path("<slug:slug>/cancel-registration/", events.event_cancel_registration, name="event_cancel_registration"),
    path("<slug:slug>/edit/", events_host.event_edit, name="event_edit"),
    path("<slug:slug>/publish/", events_host.event_publish, name="event_publish"),
    path("<slug:slug>/close/", events_host.event_close, name="event_close"),
    path("<slug:slug>/reopen/", events_host.event_reopen, name="event_reopen"),
    path("<slug:slug>/cancel/", events_host.event_cancel, name="event_cancel"),
    path("<slug:slug>/copy/", events_host.event_copy, name="event_copy"),
    path("<slug:slug>/participants/", events_host.event_participants, name="event_participants"),
    path("<slug:slug>/participants.csv", events_host.event_participants_file, name="event_participants_file"),
    path("<slug:slug>/participants/<int:pk>/cancel/", events_host.event_remove, name="event_remove"),
]
