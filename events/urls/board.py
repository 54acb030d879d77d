from events.urls.numbered import of_round
from events.views import board

urlpatterns = [
    *of_round("board", "", board.board, "board"),
    *of_round("board", "move/<int:pk>/", board.move, "board_move"),
    *of_round("board", "undo/", board.undo, "board_undo"),
    *of_round("board", "meet/<int:pk>/", board.meet, "board_meet"),
    *of_round("board", "latecomers/<int:pk>/", board.entrant, "board_entrant"),
    *of_round("board", "announce/", board.say, "board_say"),
    *of_round("board", "announcements/<int:pk>/end/", board.unsay, "board_unsay"),
]
