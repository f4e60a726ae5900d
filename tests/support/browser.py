"""A real browser, driven over Chromium's own DevTools protocol through two pipes: no driver, no port, no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Tab:
    """One page. ``sent`` holds what it asked of the network."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, os.fdopen(back, "rb")
        self._number, self._session, self._rest = 0, "", b""
        self.events: list[dict[str, Any]] = []

    def close(self) -> None:
        """Hear no more; the browser is ended by who started it."""
        self._back.close()

    def attach(self) -> None:
        """Open an empty page and speak to it from now on."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer to one command; what happens meanwhile is kept in ``events``."""
        self._number += 1
        session = {"sessionId": self._session} if self._session else {}
        message = {"id": self._number, "method": method, "params": parameters, **session}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        found: dict[str, Any] = answer["result"]
        return found

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = self._back.read1()  # type: ignore[union-attr]
            assert more, "the browser ended"
            self._rest += more
        message, self._rest = self._rest.split(b"\0", 1)
        found: dict[str, Any] = json.loads(message)
        return found

    def open(self, page: Path | str) -> None:
        """Load a file or an address and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=page if isinstance(page, str) else page.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def run(self, script: str) -> Any:
        """Return the value of a script, awaited."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """Press the left button in the middle of an element, as a hand would."""
        where = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent", type=kind, x=where[0], y=where[1], button="left", buttons=1, clickCount=1
            )
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def asked(self) -> list[str]:
        """Return the addresses that the page asked for, and what it complained of."""
        sent = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        said = [e["params"]["entry"]["text"] for e in self.events if e["method"] == "Log.entryAdded"]
        thrown = [str(e["params"]) for e in self.events if e["method"] == "Runtime.exceptionThrown"]
        return [*sent, *said, *thrown]


@contextmanager
def browsing(profile: Path) -> Iterator[Tab]:
    """Run a browser and yield its page; the browser ends with the block."""
    assert CHROMIUM
    to_read, to_write = os.pipe()
    back_read, back_write = os.pipe()
    ends = f'exec "$@" 3<&{to_read} 4>&{back_write}'
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000", "--remote-debugging-pipe"]
    command = ["bash", "-c", ends, "browser", CHROMIUM, *options, f"--user-data-dir={profile}"]
    with subprocess.Popen(command, pass_fds=(to_read, back_write), stderr=subprocess.DEVNULL) as process:
        os.close(to_read)
        os.close(back_write)
        tab = Tab(to_write, back_read)
        try:
            tab.attach()
            yield tab
        finally:
            process.terminate()
            os.close(to_write)
            tab.close()
