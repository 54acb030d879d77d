"""What can be done: answer a suggestion, take the answer back, say what is wished, ask for partners by a need, mark a
profile stale, match it."""

from __future__ import annotations

from datetime import datetime

from matching.services.experiments import NobodyToTry, ask_experiment
from matching.services.health import count_health
from matching.services.interests import (
    AlreadyConnected,
    CannotBeAnswered,
    DayIsNotAhead,
    HiddenCannotMeet,
    NotYourProfile,
    answer,
    tell_waiting_interests,
    undo_answer,
    unlearn,
)
from matching.services.introductions import (
    CannotBeIntroduced,
    IntroducedOftenEnough,
    IntroductionIsOver,
    Letter,
    OnlyCoordinatorsIntroduce,
    answer_introduction,
    expire_introductions,
    introduce,
)
from matching.services.learning import learn_from_answers
from matching.services.marks import mark_stale, mark_the_unmarked
from matching.services.matches import rematch, rematch_all, withdraw
from matching.services.needs import NothingToLookFor, StrangeLetters, ask_need
from matching.services.news import forget_newcomers
from matching.services.preferences import OnlyEditorsWish, save_preferences
from matching.services.questions import (
    AskedOften,
    NotYourQuestion,
    answer_question,
    answer_waiting,
    ask,
    clear_questions,
    remove_question,
)
from matching.services.rebuilds import (
    NothingToCarryOn,
    RebuildIsRunning,
    carry_on_rebuild,
    start_rebuild,
    stop_rebuild,
    tend_rebuild,
    work_on_rebuild,
    work_through,
)
from matching.services.tuning import AlreadyInForce, OnlyCoordinatorsTune, choose_tuning, restore_tuning

__all__ = [
    "NothingToCarryOn",
    "RebuildIsRunning",
    "carry_on_rebuild",
    "start_rebuild",
    "stop_rebuild",
    "tend_rebuild",
    "work_on_rebuild",
    "work_through",
    "AlreadyConnected",
    "AlreadyInForce",
    "AskedOften",
    "CannotBeAnswered",
    "CannotBeIntroduced",
    "DayIsNotAhead",
    "HiddenCannotMeet",
    "IntroducedOftenEnough",
    "IntroductionIsOver",
    "Letter",
    "NobodyToTry",
    "NotYourProfile",
    "NotYourQuestion",
    "NothingToLookFor",
    "OnlyCoordinatorsIntroduce",
    "OnlyCoordinatorsTune",
    "OnlyEditorsWish",
    "StrangeLetters",
    "answer",
    "answer_introduction",
    "answer_question",
    "answer_waiting",
    "ask",
    "ask_experiment",
    "ask_need",
    "clear_questions",
    "choose_tuning",
    "count_health",
    "expire_introductions",
    "forget_newcomers",
    "introduce",
    "learn_from_answers",
    "mark_stale",
    "mark_the_unmarked",
    "profile_changed",
    "rematch",
    "rematch_all",
    "remove_question",
    "restore_tuning",
    "save_preferences",
    "tell_waiting_interests",
    "undo_answer",
    "unlearn",
    "withdraw",
]


def profile_changed(profile_id: int, now: datetime) -> None:
    """What `accounts` calls inside the transaction that changed a profile in any way.

    What must not be seen goes at once; what is to be matched anew is marked; and once a profile has a representative,
    those who were interested in it before are told of.
    """
    withdraw(profile_id=profile_id, now=now)
    mark_stale(profile_id=profile_id, now=now)
    tell_waiting_interests(profile_id=profile_id, now=now)
