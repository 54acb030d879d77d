from django.urls import path

from networks.views import board, board_keeping

urlpatterns = [
    path("<slug:slug>/board/", board.network_board, name="network_board"),
    path("<slug:slug>/groups/<int:pk>/board/", board.network_board, name="network_group_board"),
    path("<slug:slug>/board/files/", board.network_board_files, name="network_board_files"),
    path("<slug:slug>/groups/<int:pk>/board/files/", board.network_board_files, name="network_group_board_files"),
    path("<slug:slug>/board/reports/", board_keeping.network_board_reports, name="network_board_reports"),
    path("<slug:slug>/board/<int:pk>/", board.network_post, name="network_post"),
    path("<slug:slug>/board/<int:pk>/edit/", board.network_post_edit, name="network_post_edit"),
    path("<slug:slug>/board/<int:pk>/remove/", board.network_post_remove, name="network_post_remove"),
    path("<slug:slug>/board/<int:pk>/pin/", board_keeping.network_post_pin, name="network_post_pin"),
    path("<slug:slug>/board/<int:pk>/hide/", board_keeping.network_post_hide, name="network_post_hide"),
    path("<slug:slug>/board/<int:pk>/report/", board_keeping.network_post_report, name="network_post_report"),
    path("<slug:slug>/board/<int:pk>/keep/", board_keeping.network_post_keep, name="network_post_keep"),
    path("<slug:slug>/board/<int:pk>/files/<int:file>/", board.network_post_file, name="network_post_file"),
]
