from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.inbox, name="notifications"),
    path("<int:pk>/", views.open_notice, name="notification_open"),
    path("read/", views.read_all, name="notifications_read"),
    path("settings/", views.preferences, name="notification_settings"),
    path("leave/<str:token>/", views.leave, name="notification_leave"),
]
