from django.urls import re_path

from conversations.consumers import ConversationConsumer

websocket_urlpatterns = [
    re_path(r"^ws/(?P<language>fi|sv|en)/messages/(?P<pk>\d+)/(?P<slug>[-\w]+)/$", ConversationConsumer.as_asgi())
]
