from django.urls import path

from events.views import outside

urlpatterns = [
    path("<slug:slug>/cover.png", outside.event_cover, name="event_cover"),
    path("<slug:slug>/embed/", outside.event_embed, name="event_embed"),
]
