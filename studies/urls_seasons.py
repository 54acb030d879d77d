"""Addresses of seasons of summer jobs and internships."""

from django.urls import path

from studies.views import seasons, seasons_desk, seasons_givers, seasons_students

urlpatterns = [
    path("seasons/", seasons.season_list, name="seasons"),
    path("seasons/new/", seasons_desk.season_new, name="season_new"),
    path("seasons/<slug:slug>/", seasons.season, name="season"),
    path("seasons/<slug:slug>/apply/", seasons_students.season_apply, name="season_apply"),
    path("seasons/<slug:slug>/mine/", seasons_students.season_mine, name="season_mine"),
    path("seasons/<slug:slug>/mine/withdraw/", seasons_students.season_leave, name="season_leave"),
    path("seasons/<slug:slug>/mine/<int:wish>/<slug:act>/", seasons_students.season_mine_act, name="season_mine_act"),
    path("seasons/<slug:slug>/places/new/", seasons_givers.season_place_new, name="season_place_new"),
    path("seasons/<slug:slug>/places/<int:pk>/", seasons.season_place, name="season_place"),
    path("seasons/<slug:slug>/places/<int:pk>/accept/", seasons_desk.season_place_accept, name="season_place_accept"),
    path("seasons/<slug:slug>/places/<int:pk>/edit/", seasons_givers.season_place_edit, name="season_place_edit"),
    path(
        "seasons/<slug:slug>/places/<int:pk>/withdraw/", seasons_givers.season_place_withdraw,
        name="season_place_withdraw",
    ),
    path("seasons/<slug:slug>/places/<int:pk>/applicants/", seasons_givers.season_applicants, name="season_applicants"),
    path(
        "seasons/<slug:slug>/places/<int:pk>/applicants/<slug:act>/", seasons_givers.season_applicants_act,
        name="season_applicants_act",
    ),
    path("seasons/<slug:slug>/desk/", seasons_desk.season_desk, name="season_desk"),
    path("seasons/<slug:slug>/desk/edit/", seasons_desk.season_edit, name="season_edit"),
    path("seasons/<slug:slug>/desk/close/", seasons_desk.season_close, name="season_close"),
    path("seasons/<slug:slug>/desk/<slug:act>/", seasons_desk.season_act, name="season_act"),
]  # fmt: skip
