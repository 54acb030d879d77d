from django.urls import path

from conversations.views import care, first, groups, inbox, talk

urlpatterns = [
    path("", inbox.inbox, name="messages"),
    path("strangers/", inbox.strangers, name="strangers_choice"),
    path("away/", care.away, name="messages_away"),
    path("groups/new/", groups.group_new, name="messages_group_new"),
    path("groups/<int:pk>/", groups.group, name="messages_group"),
    path("groups/<int:pk>/people/", groups.group_people, name="messages_group_people"),
    path("groups/<int:pk>/act/", groups.group_act, name="messages_group_act"),
    path("groups/<int:pk>/report/<int:message>/", groups.group_report, name="messages_group_report"),
    path("to/<slug:slug>/", first.write_to, name="write_to"),
    path("<int:pk>/", talk.conversation, name="conversation"),
    path("<int:pk>/accept/", talk.accept, name="conversation_accept"),
    path("<int:pk>/decline/", talk.decline, name="conversation_decline"),
    path("<int:pk>/care/", care.take_care, name="conversation_care"),
    path("<int:pk>/report/<int:message>/", talk.report, name="message_report"),
]
