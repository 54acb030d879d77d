from django.urls import path

from events.views import rounds, rounds_host

urlpatterns = [
    path("meetings/requests/<int:pk>/answer/", rounds.answer, name="answer_request"),
    path("meetings/requests/<int:pk>/withdraw/", rounds.withdraw, name="withdraw_request"),
    path("<slug:slug>/my-day/", rounds.my_day, name="my_day"),
    path("<slug:slug>/round/", rounds_host.round_page, name="round"),
    path("<slug:slug>/round/settings/", rounds_host.settings, name="round_settings"),
    path("<slug:slug>/round/wishes/", rounds_host.wishes, name="round_wishes"),
    path("<slug:slug>/round/run/", rounds_host.run, name="round_run"),
    path("<slug:slug>/round/solve/", rounds_host.solve, name="round_solve"),
    path("<slug:slug>/round/stop/", rounds_host.stop, name="round_stop"),
    path("<slug:slug>/round/publish/", rounds_host.publish, name="round_publish"),
    path("<slug:slug>/round/discard/", rounds_host.discard, name="round_discard"),
    path("<slug:slug>/round/meetings/<int:pk>/", rounds_host.meeting, name="round_meeting"),
    path("<slug:slug>/round/meetings/<int:pk>/cancel/", rounds_host.cancel, name="round_cancel"),
    path("<slug:slug>/round/people/", rounds.people, name="round_people"),
    path("<slug:slug>/round/people/<int:pk>/", rounds.ask, name="round_ask"),
    path("<slug:slug>/round/availability/", rounds.availability, name="round_availability"),
]
