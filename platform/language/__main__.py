"""``python -m language``: build the dictionaries that are missing. With languages as arguments, build those here."""

import sys

from language.dictionary import build, prepare

if sys.argv[1:]:
    for argument in sys.argv[1:]:
        build(argument)
else:
    prepare()
