# SPDX-License-Identifier: MIT
"""A headless Chromium, driven by its DevTools protocol over a pipe.

The browser ends when the pipe is closed, also if the test is killed, and the shell that started it removes its folder then. For
that the shell is in a session of its own: whoever kills the test with all its group does not kill who cleans up.
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync", "--hide-scrollbars",
         "--mute-audio", "--remote-debugging-pipe", "--force-color-profile=srgb"]
FRAMES_MOST = 1000  # of waiting; nothing that is waited for takes more than a few dozen
KEYS = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Tab": ("Tab", 9, ""), " ": ("Space", 32, " "),
        "ArrowLeft": ("ArrowLeft", 37, ""), "ArrowUp": ("ArrowUp", 38, ""), "ArrowRight": ("ArrowRight", 39, ""),
        "ArrowDown": ("ArrowDown", 40, "")}


class ProtocolError(Exception):
    pass


class Chromium:
    """A browser with one page. Use it in a `with` statement."""

    def __init__(self):
        program = shutil.which("chromium")
        if program is None:
            print("1..0 # SKIP chromium is not installed")
            sys.exit(77)
        self.folder = tempfile.mkdtemp(prefix="leakwatch-browser-")  # for the profile, and for the files of the test
        commands_read, self.commands = os.pipe()
        self.answers, answers_write = os.pipe()

        def place_pipes():  # where the browser looks for them
            os.dup2(commands_read, 13)
            os.dup2(answers_write, 14)
            os.dup2(13, 3)
            os.dup2(14, 4)

        script = 'folder=$1; shift; "$@" --user-data-dir="$folder/profile"; rm -rf "$folder"'
        self.process = subprocess.Popen(["/bin/sh", "-c", script, "sh", self.folder, program, *FLAGS, "about:blank"], pass_fds=(3, 4),
                                        preexec_fn=place_pipes, start_new_session=True, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands_read)
        os.close(answers_write)
        self.unread = b""
        self.number = 0
        self.session = None
        self.events = []

    def __enter__(self):
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        return self

    def __exit__(self, *exception):
        os.close(self.commands)
        os.close(self.answers)
        self.process.wait()

    # ---- The protocol ----

    def read_message(self):
        while b"\0" not in self.unread:
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise ProtocolError("the browser has ended")
            self.unread += data
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.commands, data):]
        while True:
            answer = self.read_message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise ProtocolError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        """Waits until an event has come since the last page was opened."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read_message())

    # ---- The page ----

    def open(self, path):
        """Opens a file and waits until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        self.wait_for("Page.loadEventFired")

    def evaluate(self, expression):
        """The value of an expression, awaited if it is a promise."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise ProtocolError(f"{expression}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def until(self, condition):
        """Waits until a condition is met at the beginning of a frame; not for ever, so that a failure can be told."""
        met = self.evaluate(f"""new Promise((done) => {{
            let frames = {FRAMES_MOST};
            const look = () => ({condition}) ? done(true) : frames-- > 0 ? requestAnimationFrame(look) : done(false);
            look();
        }})""")
        if not met:
            raise AssertionError(f"this never came: {condition}")

    def complaints(self):
        """What the page was told off for since it was opened: exceptions, errors and warnings, and requests for anything but itself."""
        found = []
        for event in self.events:
            what, details = event.get("method"), event.get("params", {})
            if what == "Runtime.exceptionThrown":
                found.append(json.dumps(details["exceptionDetails"]))
            elif what == "Runtime.consoleAPICalled":
                found.append(json.dumps(details["args"]))
            elif what == "Log.entryAdded":
                found.append(details["entry"]["text"])
            elif what == "Network.requestWillBeSent" and not details["request"]["url"].startswith(("file:", "data:")):
                found.append("request for " + details["request"]["url"])
            elif what == "Network.requestWillBeSent" and details["type"] != "Document" and details["request"]["url"].startswith("file:"):
                found.append("request for " + details["request"]["url"])
        return found

    # ---- Hands and eyes ----

    def click(self, selector):
        """Clicks with the mouse into the middle of the first element that fits."""
        place = self.evaluate(f"""(() => {{
            const found = document.querySelector({json.dumps(selector)});
            found.scrollIntoView({{ block: "center", behavior: "instant" }});
            const box = found.getBoundingClientRect();
            return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }};
        }})()""")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="none" if kind == "mouseMoved" else "left", clickCount=1, **place)

    def press(self, key):
        code, number, text = KEYS.get(key, (key, ord(key[0].upper()), key))
        common = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme, media=""):
        """Light or dark, as the system's settings say it; `media`: "print" or none."""
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path, whole=False):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]))
