"""The inner loops of a match, compiled to machine code when they are first used (numba) and kept on disk.

A party is compared with two hundred others, each with some documents of some dozen terms: a few thousand numbers, which
a loop goes through in less time than array functions need to be called. Each loop here does one thing, on flat arrays,
and holds no lock of Python's while it does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np

from matching.engine.columns import Bools, Floats, Ints

F = TypeVar("F", bound=Callable[..., Any])

BEST_MEETINGS = (1.0, 0.5, 0.25)
LITTLE_SAID = 10.0
"""Added to what a document says in all: a need of one word is not wholly met by everybody who writes that word."""


def compiled(function: F) -> F:
    """The function in machine code, from its first call on: a process that matches nobody never loads the compiler."""
    made: list[Callable[..., Any]] = []

    @wraps(function)
    def run(*given: Any) -> Any:
        if not made:
            import numba

            made.append(numba.njit(cache=True, nogil=True)(function))
        return made[0](*given)

    return cast(F, run)


@compiled
def vote(carriers: Ints, begins: Ints, ends: Ints, weights: Floats, votes: Floats, found: Ints) -> int:
    """Each slot in carriers[begins[n]:ends[n]] gets weights[n], which is above 0, in `votes`, which is all zero before.
    Returns how many have got any; they are the first of `found`, which has room for all."""
    count = 0
    for term in range(len(begins)):
        for at in range(begins[term], ends[term]):
            slot = carriers[at]
            if votes[slot] == 0:
                found[count] = slot
                count += 1
            votes[slot] += weights[term]
    return count


@compiled
def cover(
    first: int,
    last: int,
    firsts: Ints,
    lasts: Ints,
    start: Ints,
    end: Ints,
    term: Ints,
    asking: Floats,
    having: Floats,
    chosen: Bools,
    whole: Floats,
    rarity: Floats,
    unseen: float,
    position: Ints,
) -> tuple[Ints, Ints, Floats, Floats, Ints, Ints, Ints, Floats, Floats, Bools]:
    """My documents, first to last (exclusive), with those of many others, firsts[n] to lasts[n]: the fields of
    `Compared`, from `documents` on. `position` is scratch paper, a number a term, and all zero before and after."""
    mine, said = last - first, 0
    for own in range(first, last):
        said += end[own] - start[own]
    # My terms get numbers of their own, from 1 on.
    terms, count = np.empty(said, np.int64), 0
    for own in range(first, last):
        for element in range(start[own], end[own]):
            if position[term[element]] == 0:
                terms[count] = term[element]
                count += 1
                position[term[element]] = count
    my_asking, my_having = np.zeros((mine, count), np.float32), np.zeros((mine, count), np.float32)
    my_chosen = np.zeros((mine, count), np.bool_)
    for own in range(first, last):
        for element in range(start[own], end[own]):
            at = position[term[element]] - 1
            rare = rarity[term[element]] if term[element] < len(rarity) else unseen
            my_asking[own - first, at] = asking[element] * rare
            my_having[own - first, at] = having[element] * rare
            my_chosen[own - first, at] = chosen[element]

    width = 0
    for other in range(len(firsts)):
        width += lasts[other] - firsts[other]
    documents, owner = np.empty(width, np.int64), np.empty(width, np.int64)
    width = most = 0
    for other in range(len(firsts)):
        for document in range(firsts[other], lasts[other]):
            documents[width], owner[width] = document, other
            width += 1
            most += end[document] - start[document]
    mine_covered, theirs_covered = np.zeros((mine, width)), np.zeros((mine, width))
    found, found_begin, local = np.empty(most, np.int64), np.empty(width + 1, np.int64), np.empty(most, np.int64)
    seen = 0
    for column in range(width):
        found_begin[column] = seen
        for element in range(start[documents[column]], end[documents[column]]):
            at = position[term[element]] - 1
            if at < 0:
                continue
            found[seen], local[seen] = element, at
            seen += 1
            for own in range(mine):
                mine_covered[own, column] += my_asking[own, at] * having[element]
                theirs_covered[own, column] += my_having[own, at] * asking[element]
        for own in range(mine):
            mine_covered[own, column] /= whole[first + own] + LITTLE_SAID
            theirs_covered[own, column] /= whole[documents[column]] + LITTLE_SAID
    found_begin[width] = seen
    for at in range(count):
        position[terms[at]] = 0
    return (
        documents,
        owner,
        mine_covered,
        theirs_covered,
        found[:seen],
        found_begin,
        local[:seen],
        my_asking,
        my_having,
        my_chosen,
    )


@compiled
def gather(
    owners: Ints,
    my_roles: Ints,
    their_roles: Ints,
    kind_of: Ints,
    weight_of: Floats,
    mine_asks: Bools,
    mine_covered: Floats,
    theirs_covered: Floats,
    kinds: int,
) -> tuple[Ints, Ints, Ints, Ints, Floats, Floats, Bools]:
    """The meetings of my documents with theirs that are worth something, by the tables `kind_of` (-1: none),
    `weight_of` and `mine_asks` of the shape (my role, their role); owners[n] is whose their n-th document is, sorted.

    Returns owner, kind, my document, theirs, amount, factor, and whether it is mine that is to be covered, in the
    order of owners. The factor is above 0 for the best three of a kind and owner, of equal ones my earlier document
    first.
    """
    most = len(my_roles) * len(owners)
    owner, kind = np.empty(most, np.int64), np.empty(most, np.int64)
    mine, theirs = np.empty(most, np.int64), np.empty(most, np.int64)
    amount, factor, asks = np.empty(most), np.zeros(most), np.empty(most, np.bool_)
    best = np.zeros((kinds, len(BEST_MEETINGS)))
    which = np.zeros((kinds, len(BEST_MEETINGS)), np.int64)
    count = begin = 0
    while begin < len(owners):
        end = begin
        while end < len(owners) and owners[end] == owners[begin]:
            end += 1
        best[:] = 0
        for own in range(len(my_roles)):
            for document in range(begin, end):
                number = kind_of[my_roles[own], their_roles[document]]
                if number < 0:
                    continue
                mine_is_asked = mine_asks[my_roles[own], their_roles[document]]
                covered = mine_covered[own, document] if mine_is_asked else theirs_covered[own, document]
                worth = weight_of[my_roles[own], their_roles[document]] * covered
                if worth <= 0:
                    continue
                owner[count], kind[count], mine[count], theirs[count] = owners[begin], number, own, document
                amount[count], asks[count] = worth, mine_is_asked
                place = len(BEST_MEETINGS)
                while place > 0 and worth > best[number, place - 1]:
                    place -= 1
                if place < len(BEST_MEETINGS):
                    for later in range(len(BEST_MEETINGS) - 1, place, -1):
                        best[number, later], which[number, later] = best[number, later - 1], which[number, later - 1]
                    best[number, place], which[number, place] = worth, count
                count += 1
        for number in range(kinds):
            for place in range(len(BEST_MEETINGS)):
                if best[number, place] > 0:
                    factor[which[number, place]] = BEST_MEETINGS[place]
        begin = end
    return owner[:count], kind[:count], mine[:count], theirs[:count], amount[:count], factor[:count], asks[:count]


@compiled
def share_out(
    rows: Ints,
    kinds: int,
    owner: Ints,
    kind: Ints,
    mine: Ints,
    theirs: Ints,
    points: Floats,
    asks_mine: Bools,
    found: Ints,
    found_begin: Ints,
    local: Ints,
    term: Ints,
    asking: Floats,
    having: Floats,
    chosen: Bools,
    my_asking: Floats,
    my_having: Floats,
    my_chosen: Bools,
    kept: int,
) -> tuple[Ints, Floats, Ints, Floats, Floats]:
    """The points of some owners' meetings shared out among their words; `rows` are the owners, sorted.

    A meeting's words are found[found_begin[theirs]:found_begin[theirs + 1]]. Returns (row, meeting, term) with points
    for the `kept` weightiest of each row, the weightiest first; (row, term) with points for the themes that both have
    chosen, each once in a row and in the order of terms; and all other points, of the shape (rows, kinds).
    """
    begins, ends, words = np.searchsorted(owner, rows), np.searchsorted(owner, rows, "right"), 0
    for row in range(len(rows)):
        for meeting in range(begins[row], ends[row]):
            words += found_begin[theirs[meeting] + 1] - found_begin[theirs[meeting]]
    told, told_points = np.empty((min(words, kept * len(rows)), 3), np.int64), np.empty(min(words, kept * len(rows)))
    themes, theme_points = np.empty((words, 2), np.int64), np.empty(words)
    left, share = np.zeros((len(rows), kinds)), np.empty(words)
    count = themed = 0
    for row in range(len(rows)):
        first_told, first_theme = count, themed
        for meeting in range(begins[row], ends[row]):
            own, begin, end = mine[meeting], found_begin[theirs[meeting]], found_begin[theirs[meeting] + 1]
            left[row, kind[meeting]] += points[meeting]
            whole = 0.0
            for at in range(begin, end):
                if asks_mine[meeting]:
                    share[at - begin] = my_asking[own, local[at]] * having[found[at]]
                else:
                    share[at - begin] = my_having[own, local[at]] * asking[found[at]]
                whole += share[at - begin]
            for at in range(begin, end):
                word, worth = term[found[at]], share[at - begin] * points[meeting] / max(whole, 1e-12)
                if chosen[found[at]] and my_chosen[own, local[at]]:
                    left[row, kind[meeting]] -= worth
                    place = first_theme
                    while place < themed and themes[place, 1] < word:
                        place += 1
                    if place == themed or themes[place, 1] != word:
                        for later in range(themed, place, -1):
                            themes[later, 0], themes[later, 1] = themes[later - 1, 0], themes[later - 1, 1]
                            theme_points[later] = theme_points[later - 1]
                        themes[place, 0], themes[place, 1], theme_points[place] = row, word, 0
                        themed += 1
                    theme_points[place] += worth
                elif worth > 0.5:
                    if count - first_told < kept:
                        count += 1
                    elif worth <= told_points[count - 1]:
                        continue
                    place = count - 1
                    while place > first_told and worth > told_points[place - 1]:
                        told[place, 0], told[place, 1] = told[place - 1, 0], told[place - 1, 1]
                        told[place, 2], told_points[place] = told[place - 1, 2], told_points[place - 1]
                        place -= 1
                    told[place, 0], told[place, 1], told[place, 2], told_points[place] = row, meeting, word, worth
        for place in range(first_told, count):
            left[row, kind[told[place, 1]]] -= told_points[place]
    return told[:count], told_points[:count], themes[:themed], theme_points[:themed], left


@compiled
def spell(
    rows: int,
    group: Ints,
    row: Ints,
    kind: Ints,
    here: Ints,
    there: Ints,
    label: Ints,
    points: Ints,
    heads: Ints,
    head_ends: Ints,
    names: Ints,
    name_ends: Ints,
) -> tuple[Ints, Ints]:
    """Parts of scores, in the order of their rows and groups, as JSON: for each row a list of its groups, each
    `[kind, gain, document, document, [label, points, label, points …]]`. Kinds with their gains are spelled in `heads`,
    documents and labels in `names`, number n from ends[n] to ends[n + 1].

    Returns the bytes of all rows, one after the other, and where each ends.
    """
    comma, opening, closing, minus, zero = 44, 91, 93, 45, 48
    room = 2 * rows
    for at in range(len(group)):
        room += name_ends[label[at] + 1] - name_ends[label[at]] + 22
        if at == 0 or group[at] != group[at - 1]:
            room += head_ends[kind[at] + 1] - head_ends[kind[at]] + 8
            room += name_ends[here[at] + 1] - name_ends[here[at]] + name_ends[there[at] + 1] - name_ends[there[at]]
    text, ends = np.empty(room, np.uint8), np.empty(rows, np.int64)
    size = at = 0
    for number in range(rows):
        text[size] = opening
        size += 1
        first = at
        while at < len(group) and row[at] == number:
            if at > first:
                text[size] = comma
                size += 1
            for place in range(head_ends[kind[at]], head_ends[kind[at] + 1]):
                text[size] = heads[place]
                size += 1
            for name in (here[at], there[at]):
                text[size] = comma
                size += 1
                for place in range(name_ends[name], name_ends[name + 1]):
                    text[size] = names[place]
                    size += 1
            text[size], text[size + 1] = comma, opening
            size += 2
            begin = at
            while at < len(group) and group[at] == group[begin]:
                if at > begin:
                    text[size] = comma
                    size += 1
                for place in range(name_ends[label[at]], name_ends[label[at] + 1]):
                    text[size] = names[place]
                    size += 1
                text[size] = comma
                size += 1
                left = points[at]
                if left < 0:
                    text[size] = minus
                    size += 1
                    left = -left
                digits, above = 1, left // 10
                while above > 0:
                    digits, above = digits + 1, above // 10
                for place in range(size + digits - 1, size - 1, -1):
                    text[place] = zero + left % 10
                    left //= 10
                size += digits
                at += 1
            text[size], text[size + 1] = closing, closing
            size += 2
        text[size] = closing
        size += 1
        ends[number] = size
    return text[:size], ends
