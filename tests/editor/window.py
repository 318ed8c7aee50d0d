"""One window of the editor in the browser, and what a person does and sees in it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.async_api import Keyboard, Locator, Page

from editor.code_server import CodeServer
from editor.installed import SCREENSHOTS
from editor.waiting import until, until_there

GHOST = """() => [...document.querySelectorAll(
    '.ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text .view-line, .suggest-preview-text .view-line'
)].map((part) => part.textContent.replaceAll('\\u00a0', ' ')).join('')"""
"""All ghost text that is in the page, without line ends."""


@dataclass(slots=True)
class Window:
    """A page with the workbench."""

    page: Page
    server: CodeServer
    test: str = ""
    """Whose screenshots are taken."""
    n_shots: int = field(default=0)

    @property
    def keys(self) -> Keyboard:
        return self.page.keyboard

    async def load(self) -> None:
        """Opens the workbench on the workspace and waits until it can be used."""
        address = f"{self.server.url}/?{urlencode({'folder': self.server.workspace})}"
        await self.page.goto(address, wait_until="commit")
        await self.page.locator(".monaco-workbench .part.statusbar").wait_for()
        await self.page.locator(".explorer-folders-view").wait_for()

    async def open(self, name: str, text: str) -> Path:
        """Writes a file, opens it, and puts the caret at its end."""
        path = self.server.workspace / name
        path.write_bytes(text.encode())
        await self.pick(str(path), "Control+p", name)
        await self.tab(name).wait_for()
        await self.page.locator(".editor-instance .monaco-editor.focused").wait_for()
        await self.keys.press("Control+End")
        return path

    def tab(self, name: str) -> Locator:
        """The tab in front, if it is this file's."""
        return self.page.locator(f'.tab.active[data-resource-name="{name}"]')

    async def pick(self, text: str, key: str, label: str) -> None:
        """Opens a picker by its key, types into it, and takes the entry of this label once it is the chosen one."""
        picker = self.page.locator(".quick-input-widget")
        chosen = picker.locator(f'.monaco-list-row.focused[aria-label*="{label}"]')
        await self.keys.press(key)
        await picker.locator("input").first.fill(text)
        await chosen.wait_for()
        await self.keys.press("Enter")

    async def command(self, title: str) -> None:
        """Runs one of our commands from the palette."""
        await self.pick(f">Tactful: {title}", "F1", f"Tactful: {title}")

    async def choose(self, label: str) -> None:
        """Opens our menu by a click on the status item and takes an entry."""
        await self.status.click()
        await self.page.mouse.move(640, 400)
        await self.take(label)

    async def take(self, label: str) -> None:
        """Takes an entry of the list that is open."""
        picker = self.page.locator(".quick-input-widget")
        row = picker.locator(f'.monaco-list-row[aria-label*="{label}"]')
        await picker.locator("input").first.fill(label)
        await row.first.wait_for()
        await self.shot("menu")
        await self.keys.press("Enter")

    @property
    def status(self) -> Locator:
        """Our item in the status bar."""
        return self.page.locator(".statusbar-item", has_text="Tactful").first

    async def says(self, words: str) -> None:
        """Waits until the status item says so."""
        await until_there(f"a status item with {words!r}", lambda: self._status_with(words))

    async def notified(self, words: str) -> int:
        """Waits for a message that says so; how many do."""
        messages = self.page.locator(".notification-toast", has_text=words)
        await messages.first.wait_for()
        return await messages.count()

    async def reads(self, words: str) -> str:
        """Waits until an editor shows these words; all text that editors show then."""
        return await until_there(f"an editor with {words!r}", lambda: self._text_with(words))

    async def type(self, text: str) -> None:
        """Key by key, as a quick typist does."""
        await self.keys.type(text, delay=30)

    async def press(self, *names: str) -> None:
        for name in names:
            await self.keys.press(name)

    async def ghost(self) -> str:
        """The ghost text on screen, without line ends."""
        return str(await self.page.evaluate(GHOST))

    async def sees(self, part: str) -> None:
        """Waits for ghost text that has the part in it."""
        await until_there(f"ghost text with {part!r}", lambda: self._ghost_with(part))

    async def sees_none(self) -> None:
        """Waits until there is no ghost text."""
        await until_there("an editor without ghost text", self._no_ghost)

    async def saves(self, path: Path, text: str) -> None:
        """Saves, and waits until the file holds just the text."""
        await self.keys.press("Control+s")
        await until(f"a file that holds {text!r}", lambda: path.read_bytes().decode() == text)

    async def shot(self, step: str) -> None:
        """A picture of this step."""
        self.n_shots += 1
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{self.test}-{self.n_shots}-{step}.png")

    async def _ghost_with(self, part: str) -> str:
        seen = await self.ghost()
        return seen if part in seen else ""

    async def _status_with(self, words: str) -> bool:
        return words in " ".join(await self.page.locator(".statusbar-item", has_text="Tactful").all_inner_texts())

    async def _text_with(self, words: str) -> str:
        lines = self.page.locator(".editor-group-container .monaco-editor .view-line")
        text = "\n".join(await lines.all_inner_texts()).replace("\u00a0", " ")
        return text if words in text else ""

    async def _no_ghost(self) -> bool:
        return await self.ghost() == ""
