from django.urls import path

from events.urls.numbered import of_round
from events.views import availability, browsing, own_tables, repairs, requests, rounds_host

urlpatterns = [
    path("meetings/requests/<int:pk>/", requests.meeting_request, name="meeting_request"),
    path("meetings/requests/<int:pk>/answer/", requests.answer, name="answer_request"),
    path("meetings/requests/<int:pk>/times/", requests.offer, name="offer_times"),
    path("meetings/requests/<int:pk>/colleague/", requests.hand_over, name="hand_over_request"),
    path("meetings/requests/<int:pk>/withdraw/", requests.withdraw, name="withdraw_request"),
    *of_round("round", "", rounds_host.round_page, "round"),
    path("<slug:slug>/round/add/", rounds_host.add, name="round_add"),
    *of_round("round", "settings/", rounds_host.settings, "round_settings"),
    *of_round("round", "remove/", rounds_host.remove, "round_remove"),
    *of_round("round", "tables/", own_tables.seated, "round_seated"),
    *of_round("round", "open/", rounds_host.open_now, "round_open"),
    *of_round("round", "wishes/", rounds_host.wishes, "round_wishes"),
    *of_round("round", "run/", rounds_host.run, "round_run"),
    *of_round("round", "solve/", rounds_host.solve, "round_solve"),
    *of_round("round", "stop/", rounds_host.stop, "round_stop"),
    *of_round("round", "publish/", rounds_host.publish, "round_publish"),
    *of_round("round", "discard/", rounds_host.discard, "round_discard"),
    *of_round("round", "repair/", repairs.repair, "round_repair"),
    *of_round("round", "repair/accept/", repairs.accept, "round_repair_accept"),
    *of_round("round", "repair/undo/", repairs.undo, "round_repair_undo"),
    *of_round("round", "repair/<str:kind>/", repairs.repair_kind, "round_repair_kind"),
    *of_round("round", "wishes/<int:pk>/word/", repairs.word, "round_word"),
    *of_round("round", "meetings/<int:pk>/", rounds_host.meeting, "round_meeting"),
    *of_round("round", "meetings/<int:pk>/cancel/", rounds_host.cancel, "round_cancel"),
    *of_round("round", "people/", browsing.people, "round_people"),
    *of_round("round", "people/<int:pk>/", browsing.ask, "round_ask"),
    *of_round("round", "people/<int:pk>/mark/", browsing.mark, "round_mark"),
    *of_round("round", "people/shown/", browsing.show_me, "round_show_me"),
    *of_round("round", "availability/", availability.availability, "round_availability"),
    *of_round("round", "availability/calendar/", availability.take_calendar, "round_calendar"),
    *of_round("round", "availability/forget/", availability.forget_calendar, "round_calendar_forget"),
]
