"""What topics, applications, theses and agreements may become of what they are, as data: everything not said here is
refused.
"""

from __future__ import annotations

from studies.models import AgreementVersion, Thesis, Topic, TopicApplication

_Topic, _Application, _Thesis, _Version = Topic.State, TopicApplication.State, Thesis.State, AgreementVersion.State

TOPIC: dict[Topic.State, frozenset[Topic.State]] = {
    _Topic.DRAFT: frozenset({_Topic.WAITING, _Topic.CLOSED}),
    _Topic.WAITING: frozenset({_Topic.OPEN, _Topic.CHANGES, _Topic.DECLINED, _Topic.CLOSED}),
    _Topic.CHANGES: frozenset({_Topic.WAITING, _Topic.CLOSED}),
    _Topic.DECLINED: frozenset({_Topic.WAITING, _Topic.CLOSED}),
    # A changed text is looked at anew.
    _Topic.OPEN: frozenset({_Topic.WAITING, _Topic.TAKEN, _Topic.CLOSED}),
    # The thesis was broken off, and whoever offered the topic offers it again.
    _Topic.TAKEN: frozenset({_Topic.WAITING, _Topic.CLOSED}),
    _Topic.CLOSED: frozenset(),
}

APPLICATION: dict[TopicApplication.State, frozenset[TopicApplication.State]] = {
    _Application.SENT: frozenset({_Application.CHOSEN, _Application.PASSED, _Application.WITHDRAWN}),
    _Application.CHOSEN: frozenset({_Application.PASSED}),
    _Application.PASSED: frozenset({_Application.SENT}),
    _Application.WITHDRAWN: frozenset({_Application.SENT}),
}

THESIS: dict[Thesis.State, frozenset[Thesis.State]] = {
    _Thesis.AGREEING: frozenset({_Thesis.UNDERWAY, _Thesis.BROKEN_OFF}),
    _Thesis.UNDERWAY: frozenset({_Thesis.HANDED_IN, _Thesis.BROKEN_OFF}),
    _Thesis.HANDED_IN: frozenset({_Thesis.UNDERWAY, _Thesis.FINISHED, _Thesis.BROKEN_OFF}),
    _Thesis.FINISHED: frozenset({_Thesis.EMBARGOED, _Thesis.PUBLISHED}),
    _Thesis.EMBARGOED: frozenset({_Thesis.PUBLISHED, _Thesis.FINISHED}),
    # Whoever published can take it back.
    _Thesis.PUBLISHED: frozenset({_Thesis.FINISHED}),
    _Thesis.BROKEN_OFF: frozenset(),
}

AGREEMENT: dict[AgreementVersion.State, frozenset[AgreementVersion.State]] = {
    _Version.OPEN: frozenset({_Version.IN_FORCE, _Version.DROPPED}),
    _Version.IN_FORCE: frozenset({_Version.REPLACED}),
    _Version.REPLACED: frozenset(),
    _Version.DROPPED: frozenset(),
}


def topic_may_become(topic: Topic, state: Topic.State) -> bool:
    return state in TOPIC[_Topic(topic.state)]


def application_may_become(application: TopicApplication, state: TopicApplication.State) -> bool:
    return state in APPLICATION[_Application(application.state)]


def thesis_may_become(thesis: Thesis, state: Thesis.State) -> bool:
    return state in THESIS[_Thesis(thesis.state)]


def agreement_may_become(version: AgreementVersion, state: AgreementVersion.State) -> bool:
    return state in AGREEMENT[_Version(version.state)]
