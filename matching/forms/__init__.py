"""What comes from matching's pages."""

from matching.forms.answers import LATER, AnswerForm, PairForm
from matching.forms.experiments import ExperimentForm
from matching.forms.introductions import LettersForm
from matching.forms.needs import NeedForm
from matching.forms.preferences import PreferencesForm
from matching.forms.tuning import TuningForm

__all__ = [
    "AnswerForm",
    "ExperimentForm",
    "LATER",
    "LettersForm",
    "NeedForm",
    "PairForm",
    "PreferencesForm",
    "TuningForm",
]
