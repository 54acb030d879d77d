from django.urls import path

from events.views import doors, ticket

urlpatterns = [
    path("t/<str:code>/", ticket.ticket_code, name="ticket_code"),
    path("check-in/worker.js", doors.door_worker, name="door_worker"),
    path("check-in/<str:token>/", doors.door, name="helper_door"),
    path("check-in/<str:token>/people.json", doors.door_people, name="helper_door_people"),
    path("check-in/<str:token>/presses/", doors.door_presses, name="helper_door_presses"),
    path("<slug:slug>/check-in/", doors.door, name="event_door"),
    path("<slug:slug>/check-in/people.json", doors.door_people, name="event_door_people"),
    path("<slug:slug>/check-in/presses/", doors.door_presses, name="event_door_presses"),
    path("<slug:slug>/helpers/", doors.event_helpers, name="event_helpers"),
    path("<slug:slug>/helpers/<int:pk>/close/", doors.event_helper_revoke, name="event_helper_revoke"),
    path("<slug:slug>/ticket/", ticket.own_ticket, name="own_ticket"),
    path("<slug:slug>/ticket.png", ticket.own_ticket_picture, name="own_ticket_picture"),
]
