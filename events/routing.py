from django.urls import re_path

from events.consumers import BoardConsumer, DayConsumer

websocket_urlpatterns = [
    re_path(r"^ws/(?P<language>fi|sv|en)/events/(?P<pk>\d+)/day/(?P<made>\d{1,12})/$", DayConsumer.as_asgi()),
    re_path(r"^ws/(?P<language>fi|sv|en)/events/(?P<pk>\d+)/board/(?:(?P<number>\d{1,4})/)?$", BoardConsumer.as_asgi()),
]
