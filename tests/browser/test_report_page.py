"""The page in a real browser: nothing asked for, nothing cut off, nothing complained about.

Needs Debian's Chromium and its own protocol over a pipe; skips visibly where there is none.
"""

import http.server
import json
import os
import shutil
import subprocess
import threading

import pytest
from typer.testing import CliRunner

from kidswear_brain.cli import app
from kidswear_brain.report.page import write_report

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DEADLINE_SECONDS = 60


class Browser:
    """A browser driven over a pair of pipes: one question, its answer, and what happened."""

    def __init__(self, profile):
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()

        def take_pipes():
            # through high numbers first: either pipe may itself be number 3 or 4
            ends = os.dup2(to_browser, 100), os.dup2(from_browser, 101)
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self._process = subprocess.Popen(
            [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-pipe"],
            close_fds=False,
            preexec_fn=take_pipes,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._stuck = threading.Timer(DEADLINE_SECONDS, self._process.kill)
        self._stuck.start()
        self._buffer, self._number, self.happened = b"", 0, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = None
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        self._number += 1
        question = {"id": self._number, "method": method, "params": parameters}
        if getattr(self, "_session", None):
            question["sessionId"] = self._session
        os.write(self._out, json.dumps(question).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.happened.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, uri, width, height):
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self.happened.clear()
        self.ask("Page.navigate", url=uri)
        while not self.saw("Page.loadEventFired"):
            self.happened.append(self._next())

    def saw(self, method):
        return [h["params"] for h in self.happened if h.get("method") == method]

    def value(self, expression):
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"][
            "value"
        ]

    def press(self, key):
        for kind in ("rawKeyDown", "keyUp"):
            code = {"Tab": 9, "Enter": 13}[key]
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind, key=key, code=key, windowsVirtualKeyCode=code,
            )  # fmt: skip
            if key == "Enter" and kind == "rawKeyDown":
                self.ask("Input.dispatchKeyEvent", type="char", text="\r", key=key, code=key)

    def close(self):
        self._stuck.cancel()
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)

    def _next(self):
        while b"\0" not in self._buffer:
            read = os.read(self._in, 1 << 20)
            assert read, "the browser ended"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "run"
    run = ["run", "kidswear:tiny", "-n", "2", "--workers", "1", "--tables", "none"]
    done = CliRunner().invoke(app, [*run, "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(params=["en", "zh"])
def report(request, folder):
    return write_report(folder, request.param)


@pytest.fixture
def browser(tmp_path):
    one = Browser(tmp_path / "profile")
    yield one
    one.close()


@pytest.mark.parametrize("size", [(1280, 900), (360, 740)], ids=["screen", "phone"])
def test_the_page_fits_asks_for_nothing_and_raises_no_complaint(browser, report, size):
    browser.open(report.resolve().as_uri(), *size)
    asked = [r["request"]["url"] for r in browser.saw("Network.requestWillBeSent")]
    assert asked == [report.resolve().as_uri()]
    assert browser.saw("Log.entryAdded") == []
    assert browser.saw("Runtime.exceptionThrown") == []
    assert browser.value("document.documentElement.scrollWidth") <= size[0]
    assert browser.value("document.querySelectorAll('figure svg').length") >= 6
    # no text of a figure reaches out of its drawing
    cut = browser.value(
        """[...document.querySelectorAll('figure svg text')].filter(t => {
            const box = t.getBBox(), all = t.ownerSVGElement.viewBox.baseVal;
            const right = box.x + box.width, low = box.y + box.height;
            return box.x < -1 || right > all.width + 1 || low > all.height + 1;
        }).map(t => t.textContent)"""
    )
    assert cut == []


def test_the_keyboard_reaches_every_link_fold_and_table(browser, report):
    browser.open(report.resolve().as_uri(), 1280, 900)
    reachable = browser.value("document.querySelectorAll('a[href], summary, [tabindex]').length")
    browser.press("Tab")
    assert browser.value("document.activeElement.className") == "skip"
    assert browser.value("document.activeElement.getBoundingClientRect().left") >= 0
    reached = 1
    while reached < reachable:
        browser.press("Tab")
        reached += 1
        if browser.value("document.activeElement.tagName") == "SUMMARY":
            browser.press("Enter")
            assert browser.value("document.activeElement.parentElement.open") is True
            break
    assert reached < reachable
    assert browser.value("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_it_prints_without_what_only_a_screen_needs(browser, report):
    browser.open(report.resolve().as_uri(), 1280, 900)
    browser.ask("Emulation.setEmulatedMedia", media="print")
    assert browser.value("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert browser.ask("Page.printToPDF", printBackground=False)["data"]


def test_a_page_that_asks_is_noticed(browser, tmp_path):
    """The first test can fail: a page with a picture from elsewhere is seen to ask for it."""
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    page = tmp_path / "asks.html"
    page.write_text(f"<img src='http://127.0.0.1:{server.server_port}/x.png'>")
    server.server_close()
    browser.open(page.as_uri(), 800, 600)
    assert len(browser.saw("Network.requestWillBeSent")) == 2
