from django.urls import path

from events.views import desks, desks_host

urlpatterns = [
    path("advice/join/<str:token>/", desks_host.desk_join, name="desk_join"),
    path("advice/<int:pk>/", desks.visitor, name="desk_visitor"),
    path("advice/<int:pk>/leave/", desks.leave, name="desk_leave"),
    path("advice/<int:pk>/advisor/", desks.advisor, name="desk_advisor"),
    path("advice/<int:pk>/edit/", desks_host.desk_edit, name="desk_edit"),
    path("advice/<int:pk>/link/", desks_host.desk_link, name="desk_link"),
    path("<slug:slug>/advice/", desks.desks, name="desks"),
    path("<slug:slug>/advice/screen/", desks.screen, name="desks_screen"),
    path("<slug:slug>/advice/new/", desks_host.desk_new, name="desk_new"),
]
