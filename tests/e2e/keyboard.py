"""Walking a page by the keyboard alone: nothing here touches the mouse or calls an element's own click."""

from __future__ import annotations

from datetime import datetime

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 400
NO_MOUSE = """addEventListener("pointerdown", event => console.error("The mouse: " + event.target.outerHTML))"""
# A box is as large as its label, which may wear the ring in its place.
SEEN = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const ringed = [one, one.closest("label"), one.nextElementSibling].filter(Boolean).map(at => getComputedStyle(at))
        .some(style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    return [ringed ? "" : "wears no ring", box.bottom > 0 && box.top < innerHeight ? "" : "is out of sight"].join(" ");
}"""


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(NO_MOUSE)

    def go(self, target: Locator) -> None:
        """Tab until the element has the focus, and see that it has; round the page once at most."""
        target.wait_for(state="attached")
        for _tab in range(MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                return self._see(target)
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {target}")

    def _see(self, target: Locator) -> None:
        problem = self.page.evaluate(SEEN).strip()
        assert not problem, f"{target} {problem}"

    def stays(self) -> None:
        """The focus is somewhere still after a part of the page was replaced."""
        expect(self.page.locator(":focus")).not_to_have_count(0)  # not wait_for_function: its later looks are an eval

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.go(target)
        self.page.keyboard.press(key)

    def follow(self, target: Locator) -> None:
        """Press Enter on what leads to another page, and be there."""
        self.go(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.go(target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def write_moment(self, target: Locator, moment: datetime) -> None:
        """Into an input of a day or of a clock, part by part as its language has them."""
        kind = target.get_attribute("type")
        self.go(target)
        self.page.keyboard.type(moment.strftime("%m%d%Y" if kind == "date" else "%I%M%p"))
        assert target.input_value() == moment.strftime("%Y-%m-%d" if kind == "date" else "%H:%M")

    def pick(self, target: Locator) -> None:
        """A radio button: into its group by Tab, then along it by the arrows. A checkbox: by the space bar."""
        if target.get_attribute("type") != "radio":
            self.go(target)
            if not target.is_checked():
                self.page.keyboard.press("Space")
            return
        group = "one => document.activeElement.type === 'radio' && document.activeElement.name === one.name"
        for _tab in range(MOST_TABS):
            if target.evaluate(group):
                break
            self.page.keyboard.press("Tab")
        for _arrow in range(40):
            if target.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.page.keyboard.press("Space")
        assert target.is_checked(), f"The keyboard does not choose {target}"
        self._see(target)

    def choose(self, target: Locator, label: str) -> None:
        """An option of a select, by typing its first letters."""
        self.go(target)
        self.page.keyboard.type(label)
        assert target.evaluate("one => one.selectedOptions[0].text").startswith(label)
