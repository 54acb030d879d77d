from django.urls import re_path

from conversations.consumers import ConversationConsumer
from conversations.consumers_groups import GroupConsumer

_MESSAGES = r"^ws/(?P<language>fi|sv|en)/messages/"
websocket_urlpatterns = [
    re_path(_MESSAGES + r"groups/(?P<pk>\d{1,12})/$", GroupConsumer.as_asgi()),
    re_path(_MESSAGES + r"(?P<pk>\d+)/(?P<slug>[-\w]+)/$", ConversationConsumer.as_asgi()),
]
