from django.urls import re_path

from notifications.consumers import BadgeConsumer

websocket_urlpatterns = [re_path(r"^ws/(?P<language>fi|sv|en)/badge/$", BadgeConsumer.as_asgi())]
