"""What machines fetch, without a language in its address."""

from django.urls import path

from events.views import outside

urlpatterns = [
    path("linkedevents/v1/event/", outside.linked_events, name="linked_events"),
    path("linkedevents/v1/event/<str:number>/", outside.linked_event, name="linked_event"),
]
