"""The look, measured: borders and rings of 3:1, targets of 24 px, on the pages where controls are many."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Desk
from .server import Server

# Colours are computed and laid over one another as a canvas does it, so that any CSS notation can be measured.
MEASURE = """
window.measure = (() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const over = (colour, ground) => {
        canvas.fillStyle = `rgb(${ground.join(",")})`;
        canvas.fillRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const ground = one => {
        const layers = [];
        for (let at = one; at; at = at.parentElement) layers.push(getComputedStyle(at).backgroundColor);
        const dark = matchMedia("(prefers-color-scheme: dark)").matches;
        return layers.reverse().reduce((under, colour) => over(colour, under), dark ? [0, 0, 0] : [255, 255, 255]);
    };
    const light = colour => {
        const [r, g, b] = colour.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => {
        const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
        return (high + 0.05) / (low + 0.05);
    };
    const name = one => one.tagName.toLowerCase() + (one.id ? "#" + one.id : "")
        + (one.className ? "." + String(one.className).trim().replace(/\\s+/g, ".") : "")
        + " " + (one.innerText || one.name || one.value || "").trim().slice(0, 24);
    return {over, ground, contrast, name};
})();
"""
BORDERS = """() => {
    const {over, ground, contrast, name} = window.measure;
    const problems = [];
    let measured = 0;
    for (const one of document.querySelectorAll("main input, main select, main textarea, main .btn, main .slot")) {
        if (!one.checkVisibility({visibilityProperty: true}) || one.disabled || one.type === "hidden") continue;
        if (one.closest(".vh, .quiet") || one.matches(".quiet")) continue;
        if (["checkbox", "radio", "file", "range"].includes(one.type)) continue;
        measured += 1;
        const around = ground(one.parentElement), style = getComputedStyle(one);
        const fill = contrast(ground(one), around);
        const edges = ["Top", "Bottom"].filter(side => parseFloat(style[`border${side}Width`]) > 0)
            .map(side => contrast(over(style[`border${side}Color`], around), around));
        const best = Math.max(fill, ...edges);
        if (best < 3) problems.push(`${name(one)}: ${best.toFixed(2)}`);
    }
    return {measured, problems};
}"""
FOCUSED = """() => {
    const {over, ground, contrast, name} = window.measure;
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    // A day's parts are stops of their own within one input.
    if (one === window.lastFocused) return {again: false};
    if (one.dataset.seen) return {again: true};
    one.dataset.seen = "1";
    window.lastFocused = one;
    const worn = [one, one.closest("label"), one.nextElementSibling].filter(Boolean);
    let ring = 0;
    for (const at of worn) {
        const style = getComputedStyle(at), around = ground(at.parentElement);
        if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
            ring = Math.max(ring, contrast(over(style.outlineColor, around), around));
    }
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    // A link within a sentence is as high as its line (the criterion's own exception); a box has its label beside it.
    const label = one.labels && one.labels[0] ? one.labels[0].getBoundingClientRect() : box;
    const inline = style.display === "inline" && one.tagName === "A";
    return {
        name: name(one), ring,
        width: Math.max(box.width, label.width), height: Math.max(box.height, label.height), inline,
        seen: box.bottom > 0 && box.top < innerHeight,
    };
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.type !== "hidden"
        && one.tabIndex >= 0).length"""
PAGES = [
    ("anonymous", "/look/"),
    ("beginner", "/join/words/"),
    ("beginner", "/join/organisation/"),
    ("coordinator", "/events/new/?model=events-and-themed-sessions"),
    ("company", "/partners/"),
    ("company", "/events/{event}/round/availability/"),
]


@pytest.fixture(scope="session")
def people(server: Server) -> dict[str, Any]:
    return {**server.ask("sessions"), "event": server.ask("pages")["event"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "address"), PAGES)
def test_borders_rings_and_targets(desk: Desk, people: dict[str, Any], who: str, address: str, scheme: str) -> None:
    page = desk.open(people[who], color_scheme=scheme)
    page.goto("/fi" + address.format(event=people["event"]))
    page.evaluate(MEASURE)
    borders = page.evaluate(BORDERS)
    problems = [f"border {one}" for one in borders["problems"]]
    reachable = page.evaluate(REACHABLE)
    reached = 0
    for _tab in range(2 * reachable):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None or found.get("again"):
            # From the last the focus leaves the page, and comes back to the first.
            break
        if "name" not in found:
            continue
        reached += 1
        if found["ring"] < 3:
            problems.append(f"ring {found['name']}: {found['ring']:.2f}")
        if not found["seen"]:
            problems.append(f"focus out of sight: {found['name']}")
        if not found["inline"] and min(found["width"], found["height"]) < 24:
            problems.append(f"target {found['name']}: {found['width']:.0f} x {found['height']:.0f}")
    assert borders["measured"]
    # A group of radio buttons is one stop, and what is in a closed part none: most are reached all the same.
    assert reached >= 0.6 * reachable, f"the keyboard reaches {reached} of {reachable}"
    assert not problems, f"{len(problems)} of {reached}\n" + "\n".join(problems)
