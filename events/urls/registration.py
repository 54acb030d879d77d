from django.urls import path

from events.views import participants, printing, registering, registration

urlpatterns = [
    path("invited/<str:token>/", registration.colleague_invitation, name="colleague_invitation"),
    path("<slug:slug>/register/", registration.event_register, name="event_register"),
    path("<slug:slug>/registration/", registration.event_registration, name="event_registration"),
    path("<slug:slug>/registration/colleagues/", registration.event_bring, name="event_bring"),
    path("<slug:slug>/registration/ask/", registration.event_ask_colleague, name="event_ask_colleague"),
    path("<slug:slug>/registration/ask/<int:pk>/withdraw/", registration.event_take_back, name="event_take_back"),
    path("<slug:slug>/cancel-registration/", registration.event_cancel_registration, name="event_cancel_registration"),
    path("<slug:slug>/registering/", registering.event_registering, name="event_registering"),
    path("<slug:slug>/registering/tickets/new/", registering.event_ticket, name="event_ticket_new"),
    path("<slug:slug>/registering/tickets/<int:pk>/", registering.event_ticket, name="event_ticket"),
    path(
        "<slug:slug>/registering/tickets/<int:pk>/remove/", registering.event_ticket_remove, name="event_ticket_remove"
    ),
    path("<slug:slug>/registering/questions/new/", registering.event_question, name="event_question_new"),
    path("<slug:slug>/registering/questions/<int:pk>/", registering.event_question, name="event_question"),
    path(
        "<slug:slug>/registering/questions/<int:pk>/move/", registering.event_question_move, name="event_question_move"
    ),
    path(
        "<slug:slug>/registering/questions/<int:pk>/remove/",
        registering.event_question_remove,
        name="event_question_remove",
    ),
    path("<slug:slug>/participants/", participants.event_participants, name="event_participants"),
    path("<slug:slug>/participants/act/", participants.event_participants_act, name="event_participants_act"),
    path("<slug:slug>/participants/answers/", participants.event_answers, name="event_answers"),
    path("<slug:slug>/participants/<int:pk>/", participants.event_participant, name="event_participant"),
    path("<slug:slug>/participants/<int:pk>/cancel/", participants.event_remove, name="event_remove"),
    path("<slug:slug>/participants.xlsx", participants.event_participants_book, name="event_participants_book"),
    path("<slug:slug>/participants/printing/", printing.event_printing, name="event_printing"),
    path("<slug:slug>/participants/names/", printing.event_names, name="event_names"),
    path("<slug:slug>/participants/badges.pdf", printing.event_badges, name="event_badges"),
    path("<slug:slug>/participants/programmes.pdf", printing.event_programmes, name="event_programmes"),
    path("<slug:slug>/participants/tables.pdf", printing.event_signs, name="event_signs"),
    path("<slug:slug>/participants/tables-<int:number>.pdf", printing.event_signs, name="event_signs"),
    path("<slug:slug>/participants/certificates.pdf", printing.event_certificates, name="event_certificates"),
    path("<slug:slug>/certificate.pdf", printing.own_certificate, name="own_certificate"),
    path("<slug:slug>/participants.csv", participants.event_participants_file, name="event_participants_file"),
]
