from django.urls import path

from networks.views import apart, meetings, minutes, seating, wheel

urlpatterns = [
    path("<slug:slug>/meetings/", meetings.network_meetings, name="network_meetings"),
    path("<slug:slug>/meetings/new/", meetings.network_series_new, name="network_series_new"),
    path("<slug:slug>/meetings/<int:pk>/", meetings.network_meeting, name="network_meeting"),
    path("<slug:slug>/meetings/<int:pk>/remind/", meetings.network_meeting_remind, name="network_meeting_remind"),
    path("<slug:slug>/tasks/", meetings.network_tasks, name="network_tasks"),
    path("<slug:slug>/meetings/<int:pk>/edit/", meetings.network_meeting_edit, name="network_meeting_edit"),
    path("<slug:slug>/meetings/<int:pk>/tables/", seating.network_seating, name="network_seating"),
    path("<slug:slug>/meetings/<int:pk>/tables/mend/", seating.network_seating_mend, name="network_seating_mend"),
    path("<slug:slug>/meetings/<int:pk>/minutes/", minutes.network_minutes, name="network_minutes"),
    path("<slug:slug>/meetings/<int:pk>/minutes/draft/", minutes.network_minutes_draft, name="network_minutes_draft"),
    path("<slug:slug>/meetings/<int:pk>/minutes/drop/", minutes.network_minutes_drop, name="network_minutes_drop"),
    path(
        "<slug:slug>/meetings/<int:pk>/minutes/approve/",
        minutes.network_minutes_approve,
        name="network_minutes_approve",
    ),
    path("<slug:slug>/meetings/<int:pk>/tasks/<int:task>/done/", minutes.network_task_done, name="network_task_done"),
    path("<slug:slug>/wheel/", wheel.network_wheel, name="network_wheel"),
    path("<slug:slug>/calendar/", wheel.network_calendar, name="network_calendar"),
    path("<slug:slug>/apart/", apart.network_apart, name="network_apart"),
    path("<slug:slug>/apart/<int:pk>/remove/", apart.network_let_meet, name="network_let_meet"),
    path("<slug:slug>/who-has-met/", seating.network_who_has_met, name="network_who_has_met"),
]
