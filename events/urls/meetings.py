from django.urls import path

from events.views import feeds, meetings, outcomes, proposals, standing_in

urlpatterns = [
    path("meetings/", meetings.my_meetings, name="my_meetings"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/meeting.ics", feeds.meeting_file, name="meeting_file"),
    path("meetings/<int:pk>/cancel/", meetings.cancel, name="cancel_meeting"),
    path("meetings/<int:pk>/hand-over/", standing_in.hand_over, name="hand_over_meeting"),
    path("meetings/<int:pk>/after-all/", standing_in.come_after_all, name="come_after_all"),
    path("meetings/<int:pk>/outcome/", outcomes.outcome, name="meeting_outcome"),
    path("meetings/<int:pk>/more/", outcomes.more, name="meeting_more"),
    path("meetings/came/<int:pk>/", outcomes.follow_up, name="answer_follow_up"),
    path("meetings/answer/<str:token>/", outcomes.answer_from_mail, name="answer_from_mail"),
    path("meetings/<int:pk>/move/", proposals.propose_move, name="propose_move"),
    path("meetings/propose/<slug:slug>/", proposals.propose, name="propose_meeting"),
    path("meetings/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("meetings/proposals/<int:pk>/others/", proposals.counter, name="counter_proposal"),
    path("meetings/proposals/<int:pk>/decline/", proposals.decline, name="decline_proposal"),
    path("meetings/proposals/<int:pk>/withdraw/", proposals.withdraw, name="withdraw_proposal"),
    path("meetings/calendars/", feeds.addresses, name="calendar_addresses"),
    path("meetings/calendars/<int:pk>/renew/", feeds.renew, name="renew_feed"),
    path("meetings/calendars/<int:pk>/revoke/", feeds.revoke, name="revoke_feed"),
    path("feed/<str:token>.ics", feeds.feed, name="calendar_feed"),
]
