from django.urls import path

from events.views import programme, programme_host

urlpatterns = [
    path("<slug:slug>/programme/", programme.programme, name="programme"),
    path("<slug:slug>/programme/edit/", programme_host.edit, name="programme_edit"),
    path("<slug:slug>/programme/sessions/new/", programme_host.session_new, name="session_new"),
    path("<slug:slug>/programme/sessions/<int:pk>/", programme_host.session_edit, name="session_edit"),
    path("<slug:slug>/programme/sessions/<int:pk>/remove/", programme_host.session_remove, name="session_remove"),
    path("<slug:slug>/programme/rooms/new/", programme_host.room_new, name="room_new"),
    path("<slug:slug>/programme/rooms/<int:pk>/", programme_host.room_edit, name="room_edit"),
    path("<slug:slug>/programme/rooms/<int:pk>/remove/", programme_host.room_remove, name="room_remove"),
    path("<slug:slug>/programme/speakers/new/", programme_host.speaker_new, name="speaker_new"),
    path("<slug:slug>/programme/speakers/<int:pk>/", programme_host.speaker_edit, name="speaker_edit"),
    path("<slug:slug>/programme/speakers/<int:pk>/remove/", programme_host.speaker_remove, name="speaker_remove"),
]
