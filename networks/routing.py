from django.urls import re_path

from networks.consumers import BoardConsumer, MinutesConsumer

_BOARD = r"^ws/(?P<language>fi|sv|en)/networks/(?P<network>\d{1,12})/board/(?P<group>\d{1,12})/"
_MINUTES = r"^ws/(?P<language>fi|sv|en)/networks/minutes/(?P<meeting>\d{1,12})/(?:(?P<look>look)/)?$"
websocket_urlpatterns = [
    re_path(_MINUTES, MinutesConsumer.as_asgi()),
    re_path(_BOARD + r"$", BoardConsumer.as_asgi()),
    re_path(_BOARD + r"(?P<post>\d{1,12})/(?P<end>end|part)/$", BoardConsumer.as_asgi()),
]
