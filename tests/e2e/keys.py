"""A person without a mouse: she reaches things by Tab and acts by keys, and sees at each place where she is."""

from playwright.sync_api import Locator, Page

from tests.e2e.test_keyboard import FOCUSED

MOST = 400  # a long unit in the editor has that many stops
IS_FOCUSED = "it => it === document.activeElement"


class Keys:
    def __init__(self, page: Page):
        self.page = page

    def to(self, target: Locator, key: str = "Tab") -> "Keys":
        """Go on by ``key`` until ``target`` has the focus, which must be seen there and not lie under a bar."""
        wanted = target.first.element_handle()
        for _press in range(MOST):
            if wanted.evaluate(IS_FOCUSED):
                break
            self.page.keyboard.press(key)
        here = self.page.evaluate(FOCUSED)
        assert wanted.evaluate(IS_FOCUSED), f"not reached: {target}; the focus is on {here}"
        assert here["ringed"] and not here["covered"], f"not seen: {here}"
        return self

    def type(self, text: str) -> "Keys":
        self.page.keyboard.type(text)
        return self

    def press(self, *keys: str) -> "Keys":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def go(self, target: Locator, key: str = "Enter") -> "Keys":
        """Reach ``target``, press ``key`` there and wait for the page it leads to."""
        self.to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        return self

    def choose(self, option: Locator) -> "Keys":
        """One of a group of choices: by Tab to the group, by the arrows to the choice, or by the space bar."""
        wanted = option.element_handle()
        if wanted.get_attribute("type") == "checkbox":
            self.to(option).press("Space")
        else:
            group = self.page.locator(f"input[name='{wanted.get_attribute('name')}']")
            checked = group.locator("css=:checked")
            self.to(checked if checked.count() else group)
            for _arrow in range(group.count()):
                if wanted.evaluate(IS_FOCUSED):
                    break
                self.press("ArrowDown")
            if not wanted.is_checked():
                self.press("Space")
        assert wanted.is_checked()
        return self
