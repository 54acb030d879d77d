"""Addresses under /networks/. Those with words of their own come before a network's slug."""

from django.urls import path, re_path

from networks.urls import board, meetings, talks, year
from networks.views import coordinating, deciding, gauge, introducing, inviting, networks, outside, own

urlpatterns = [
    path("", networks.networks, name="networks"),
    path("new/", coordinating.network_new, name="network_new"),
    path("gauge/", gauge.theme_gauge, name="theme_gauge"),
    path("letter/<str:token>/", inviting.network_letter, name="network_letter"),
    path("<slug:slug>/", networks.network, name="network"),
    path("<slug:slug>/embed/", outside.network_embed, name="network_embed"),
    path("<slug:slug>/edit/", coordinating.network_edit, name="network_edit"),
    path("<slug:slug>/start/", coordinating.network_start, name="network_start"),
    path("<slug:slug>/end/", coordinating.network_end, name="network_end"),
    path("<slug:slug>/goals/", coordinating.network_goals, name="network_goals"),
    path("<slug:slug>/criteria/", coordinating.network_criteria, name="network_criteria"),
    path("<slug:slug>/coordinators/", coordinating.network_coordinators, name="network_coordinators"),
    path("<slug:slug>/guide/", coordinating.network_guide, name="network_guide"),
    path("<slug:slug>/gauge/", gauge.theme_gauge, name="network_gauge"),
    path("<slug:slug>/members/", networks.members, name="network_members"),
    re_path(r"^(?P<slug>[-\w]+)/members\.(?P<ending>csv|xlsx)$", networks.members_file, name="network_members_file"),
    path("<slug:slug>/members/invite/", deciding.network_invite, name="network_invite"),
    path("<slug:slug>/members/proposed/", inviting.network_proposed, name="network_proposed"),
    path("<slug:slug>/members/letter/", inviting.network_letter_write, name="network_letter_write"),
    path("<slug:slug>/members/letters/", inviting.network_letters, name="network_letters"),
    path("<slug:slug>/members/introduce/", introducing.network_introduce, name="network_introduce"),
    path("<slug:slug>/members/letters/remind/", inviting.network_letters_remind, name="network_letters_remind"),
    path(
        "<slug:slug>/members/letters/<int:pk>/returned/",
        inviting.network_letter_returned,
        name="network_letter_returned",
    ),
    path("<slug:slug>/members/<int:pk>/", deciding.network_member, name="network_member"),
    path("<slug:slug>/applications/<int:pk>/", deciding.network_decide, name="network_decide"),
    path("<slug:slug>/groups/new/", deciding.group_new, name="network_group_new"),
    path("<slug:slug>/groups/<int:pk>/", networks.group, name="network_group"),
    path("<slug:slug>/groups/<int:pk>/edit/", deciding.group_edit, name="network_group_edit"),
    path("<slug:slug>/groups/<int:pk>/members/", deciding.group_members, name="network_group_members"),
    path("<slug:slug>/groups/<int:pk>/end/", deciding.group_end, name="network_group_end"),
    path("<slug:slug>/groups/left/<int:pk>/", deciding.group_leave, name="network_group_leave"),
    path("<slug:slug>/join/", own.network_join, name="network_join"),
    path("<slug:slug>/own/<int:pk>/", own.network_own, name="network_own"),
    path("<slug:slug>/own/<int:pk>/act/", own.network_own_act, name="network_own_act"),
    path("<slug:slug>/own/<int:pk>/seats/", own.network_seats, name="network_seats"),
    path("<slug:slug>/own/<int:pk>/invoice/", own.network_invoice, name="network_invoice"),
    path("<slug:slug>/own/<int:pk>/appeal/", own.network_appeal, name="network_appeal"),
    *meetings.urlpatterns,
    *board.urlpatterns,
    *talks.urlpatterns,
    *year.urlpatterns,
]
