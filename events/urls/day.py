from django.urls import path

from events.views import my_day

urlpatterns = [
    path("my-day/worker.js", my_day.day_worker, name="day_worker"),
    path("meetings/<int:pk>/another-time/", my_day.swap, name="meeting_swap"),
    path("meetings/another-time/<int:pk>/", my_day.swap_answer, name="swap_answer"),
    path("<slug:slug>/my-day/", my_day.my_day, name="my_day"),
    path("<slug:slug>/my-day/late/", my_day.late, name="my_day_late"),
]
