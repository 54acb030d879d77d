from django.urls import path

from events.views import feeds, meetings, proposals

urlpatterns = [
    path("meetings/", meetings.my_meetings, name="my_meetings"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/meeting.ics", feeds.meeting_file, name="meeting_file"),
    path("meetings/<int:pk>/cancel/", meetings.cancel, name="cancel_meeting"),
    path("meetings/<int:pk>/outcome/", meetings.outcome, name="meeting_outcome"),
    path("meetings/<int:pk>/move/", proposals.propose_move, name="propose_move"),
    path("meetings/propose/<slug:slug>/", proposals.propose, name="propose_meeting"),
    path("meetings/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("meetings/proposals/<int:pk>/others/", proposals.counter, name="counter_proposal"),
    path("meetings/proposals/<int:pk>/decline/", proposals.decline, name="decline_proposal"),
    path("meetings/proposals/<int:pk>/withdraw/", proposals.withdraw, name="withdraw_proposal"),
    path("meetings/calendar/renew/", feeds.renew, name="renew_feed"),
    path("feed/<str:token>.ics", feeds.feed, name="calendar_feed"),
]
