"""Walking a page by the keyboard alone: nothing here touches the mouse or calls an element's own click."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_TABS = 400


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, target: Locator) -> None:
        """Tab until the element has the focus; round the page once at most."""
        target.wait_for(state="attached")
        for _tab in range(MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {target}")

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

    def choose(self, target: Locator, label: str) -> None:
        """An option of a select, by typing its first letters."""
        self.go(target)
        self.page.keyboard.type(label)
        assert target.evaluate("one => one.selectedOptions[0].text").startswith(label)
