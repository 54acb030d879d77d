from django.urls import path

from conversations.views import first, inbox, talk

urlpatterns = [
    path("", inbox.inbox, name="messages"),
    path("strangers/", inbox.strangers, name="strangers_choice"),
    path("to/<slug:slug>/", first.write_to, name="write_to"),
    path("<int:pk>/", talk.conversation, name="conversation"),
    path("<int:pk>/accept/", talk.accept, name="conversation_accept"),
    path("<int:pk>/decline/", talk.decline, name="conversation_decline"),
    path("<int:pk>/report/<int:message>/", talk.report, name="message_report"),
]
