#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: in_browser.py WRITE_MODEL MODEL...

The HTML report in a headless Chromium, with real clicks and keys: reports that are made up, those of each MODEL, one full of hostile
names and one of a hundred thousand records. No page may say anything on the console, or ask for anything but itself. Speaks TAP.
"""
import json
import os
import subprocess
import sys
import traceback

import report_page
from chromium import Chromium, ProtocolError

WRITE_MODEL, *MODELS = sys.argv[1:]
TESTS = []
RECORDS = "[...document.querySelectorAll('.records > li')]"
STATUS = "document.querySelector('.pages [role=status]').textContent"
FRAMES = "[...document.querySelectorAll('.flame g')]"
OPEN_ALL = """(() => {
    for (let closed; (closed = [...document.querySelectorAll('details:not([open])')]).length > 0;)
        for (const details of closed)
            details.open = true;
})()"""
# The event "toggle", by which lines are filled, comes later than the frame in which they open.
OPEN_AND_FILLED = "![...document.querySelectorAll('#page details')].some((details) => details.open && details.childElementCount < 2)"


def test(function):
    TESTS.append(function)
    return function


def expect(condition, *facts):
    if not condition:
        raise AssertionError(" ".join(map(str, facts)))


class Reader:
    """Somebody who opens reports in a browser."""

    def __init__(self, browser):
        self.browser, self.pages = browser, {}

    def page(self, model):
        if model not in self.pages:
            self.pages[model] = report_page.written(WRITE_MODEL, model)
        return self.pages[model]

    def open_page(self, page):
        path = os.path.join(self.browser.folder, "report.html")
        with open(path, "wb") as file:
            file.write(page)
        self.browser.resize(1280, 900)
        self.browser.prefer("light")
        self.browser.open(path)
        return self.browser

    def open(self, model):
        return self.open_page(self.page(model))

    def open_report(self, report):
        """Opens a report given as a dictionary, or as text in its place."""
        return self.open_page(report_page.with_report(self.page("leaks"), report))


def json_of(model):
    return json.loads(subprocess.run([WRITE_MODEL, model, "json"], stdout=subprocess.PIPE, check=True).stdout)


def expect_quiet(browser):
    expect(not browser.complaints(), "complaints:", browser.complaints())


# ---- Whole pages ----

@test
def every_model_is_shown_with_all_that_opens(reader):
    for model in MODELS:
        browser = reader.open(model)
        browser.evaluate(OPEN_ALL)
        browser.until(OPEN_AND_FILLED)
        expect(browser.evaluate("document.querySelector('.verdict').textContent") in ("Clean", "Leaks", "Errors", "Incomplete"), model)
        expect(not browser.complaints(), model, browser.complaints())


@test
def every_member_of_a_process_has_its_section(reader):
    models = {"errors": "errors", "thresholds": "thresholds", "limits": "thresholds", "failed-calls": "thresholds",
              "descriptors": "descriptors", "mappings": "leaks", "locks": "locks", "memory": "memory-pinned", "growth": "attached",
              "pointers": "attached", "fail-alloc": "fail-alloc", "suppressions": "leaks", "calls": "leaks", "injections": "injected",
              "flame-graph": "leaks", "processes": "clean", "leaks": "clean"}
    for section, model in models.items():
        browser = reader.open(model)
        expect(browser.evaluate(f"document.querySelector('section#{section}')?.innerText.length > 20"), section, "of", model)
        expect(browser.evaluate(f"document.querySelector('.contents a[href=\"#{section}\"]') !== null"), section, "in the contents")


@test
def members_that_are_not_known_are_not_shown(reader):
    report = json_of("clean")
    report["weather"] = {"stack": [], "sky": ["blue"]}
    report["processes"][0]["moon"] = [{"phase": 3}]
    browser = reader.open_report(report)
    expect(browser.evaluate("document.querySelector('.verdict').textContent") == "Clean")
    expect_quiet(browser)


@test
def a_damaged_report_is_said_to_be_damaged(reader):
    browser = reader.open_report('{"format": "leakwatch-report", ')
    expect("damaged" in browser.evaluate("document.getElementById('page').textContent"))
    expect_quiet(browser)


@test
def nothing_is_wider_than_a_narrow_window(reader):
    for model in ["leaks", "hostile", "memory-torn", "locks"]:
        browser = reader.open(model)
        browser.resize(360, 700)
        browser.evaluate(OPEN_ALL)
        browser.until(OPEN_AND_FILLED)
        expect(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"), model)


@test
def controls_have_names_for_those_who_cannot_see(reader):
    browser = reader.open("family")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    controls = [node for node in nodes if node.get("role", {}).get("value") in
                ("button", "link", "searchbox", "combobox", "radio", "application", "DisclosureTriangle")]
    nameless = [node for node in controls if not node.get("name", {}).get("value", "").strip()]
    expect(len(controls) > 15 and not nameless, len(controls), "controls, without a name:", nameless)


# ---- Leak records ----

@test
def kinds_are_filters(reader):
    browser = reader.open("leaks")
    expect(browser.evaluate(RECORDS + ".length") == 3, "definite and possible ones at first")
    browser.click(".kind-card.reachable")
    expect(browser.evaluate(RECORDS + ".length") == 4)
    browser.click(".kind-card.definite")
    kinds = browser.evaluate(RECORDS + ".map((item) => item.querySelector('.kind').textContent)")
    expect(kinds == ["possible", "reachable"], kinds)
    expect(browser.evaluate("document.querySelector('.kind-card.definite').getAttribute('aria-pressed')") == "false")
    expect(browser.evaluate("document.querySelector('.kind-card.suppressed').disabled"), "there are no records of suppressed ones")
    expect_quiet(browser)


@test
def search_finds_functions_files_and_modules(reader):
    browser = reader.open("leaks")
    browser.press("/")
    for words, count in [("LIST.H", 1), ("app.c", 2), ("plugin", 1), ("parse app.c", 1), ("parse plugin", 0)]:
        browser.evaluate("document.getElementById('search').select()")
        browser.type(words)
        browser.until(f"{RECORDS}.length === {count}")
    expect(browser.evaluate(STATUS) == "No record matches.")
    expect_quiet(browser)


@test
def a_record_opens_by_mouse_and_by_key(reader):
    browser = reader.open("leaks")
    browser.click(".records summary")
    browser.until("document.querySelectorAll('.record-details .stack > li').length === 4")
    text = browser.evaluate("document.querySelector('.record-details').innerText")
    expect("/home/me/src/list.h:7" in text and "2,376 bytes in 99 blocks" in text and "inlined" in text, text)
    browser.press("Tab")  # to "Copy stack"
    browser.press("Tab")
    expect(browser.evaluate(f"document.activeElement === {RECORDS}[1].querySelector('summary')"), "focus goes on to the next record")
    browser.press("Enter")
    browser.until(f"{RECORDS}[1].querySelector('.record-details') !== null")
    expect("fun:_Zna*" in browser.evaluate(f"{RECORDS}[1].innerText"), "its suppression")
    expect_quiet(browser)


@test
def records_are_sorted_by_what_is_clicked(reader):
    browser = reader.open("leaks")
    blocks = RECORDS + ".map((item) => item.querySelectorAll('.number')[1].textContent)"
    expect(browser.evaluate(blocks) == ["100", "1", "1,000"])
    browser.click("[data-order=blocks]")
    expect(browser.evaluate(blocks) == ["1,000", "100", "1"])
    expect(browser.evaluate("document.querySelector('[data-order=blocks]').getAttribute('aria-pressed')") == "true")


@test
def one_process_of_several_can_be_chosen(reader):
    browser = reader.open("family")
    expect(browser.evaluate(RECORDS + ".length") == 2)
    browser.evaluate("document.getElementById('process').focus()")
    browser.type("12")
    browser.press("1")
    browser.press("2")
    browser.until("document.getElementById('process').selectedOptions[0].textContent.startsWith('12')")
    browser.until(RECORDS + ".length === 1")
    expect(browser.evaluate("document.querySelectorAll('#processes .items > li').length") == 1)
    expect_quiet(browser)


# ---- The flame graph ----

@test
def the_flame_graph_zooms_and_comes_back(reader):
    browser = reader.open("leaks")
    browser.click("input[name=measure][value=blocks]")
    width = "Number(document.querySelector('.flame g[name=\"build\"] rect')?.getAttribute('width'))"
    whole = "document.querySelector('.flame').clientWidth"
    share = f"{width} / {whole}"
    browser.until(f"Math.abs({share} - 100 / 1101) < 0.001")  # it grows from nothing
    browser.click('.flame g[name="main"]')
    browser.until(f"Math.abs({share} - 1) < 0.001")
    browser.until("!document.querySelector('.tools button').disabled")
    browser.click(".tools button")
    browser.until("document.querySelector('.tools button').disabled")
    browser.until(f"Math.abs({share} - 100 / 1101) < 0.001")
    browser.click("input[name=measure][value=bytes]")
    browser.until(f"Math.abs({share} - 2400 / 1002401) < 0.001")
    expect_quiet(browser)


@test
def the_flame_graph_follows_search_and_kinds(reader):
    browser = reader.open("leaks")
    browser.until(FRAMES + ".some((frame) => frame.getAttribute('name') === 'parse')")
    browser.press("/")
    browser.type("list.h")
    browser.until("!" + FRAMES + ".some((frame) => frame.getAttribute('name') === 'parse')")
    expect(browser.evaluate(FRAMES + ".some((frame) => frame.getAttribute('name') === 'take')"))


@test
def the_flame_graph_is_walked_by_keys(reader):
    browser = reader.open("leaks")
    browser.click(".kind-card.possible")
    browser.until(FRAMES + ".length > 1 && !" + FRAMES + ".some((frame) => frame.getAttribute('name') === 'parse')")
    browser.evaluate("document.querySelector('.flame').focus()")
    details = "document.querySelector('.flame-details').textContent"
    seen = [browser.evaluate(details)]
    for key in ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight"]:
        browser.press(key)
        seen.append(browser.evaluate(details))
    names = [text.split(":")[0] for text in seen]
    expect(names[0] == "all" and names[1] == names[3] and names[4] != names[3] and len(set(names)) >= 4, names)
    browser.press("Enter")
    browser.until("!document.querySelector('.tools button').disabled")
    browser.press("Escape")
    browser.until("document.querySelector('.tools button').disabled")
    expect_quiet(browser)


# ---- The time line ----

def with_timeline():
    report = json_of("thresholds")
    samples = [{"at_ns": 1000000 + i * 100000000, "live": None if i == 5 else i << 20, "resident": (i + 3) << 20, "swapped": 0,
                "locked": 0, "mappings": 60 + i} for i in range(50)]
    growth = {"of": "live", "bytes_per_second": 10485760.0, "limit": "RLIMIT_AS", "where": None, "effect": "ENOMEM", "left": 1,
              "seconds": 12}
    report["processes"][0]["timeline"] = {"taken": 50, "step": 1, "growth": growth, "samples": samples}
    return report


@test
def the_time_line_is_drawn_with_what_is_known(reader):
    browser = reader.open_report(with_timeline())
    browser.evaluate("document.getElementById('timeline').scrollIntoView()")
    browser.until("document.querySelector('#timeline canvas') !== null")
    labels = browser.evaluate("[...document.querySelectorAll('#timeline .u-legend th')].map((head) => head.textContent)")
    expect(labels == ["Time", "Live blocks", "In RAM", "Mappings"], labels)
    expect("10.0 MiB a second; RLIMIT_AS would be met in 12.0 s" in browser.evaluate("document.getElementById('timeline').innerText"))
    colors = """(() => {
        const canvas = document.querySelector('#timeline canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] === 255)
                seen.add(`rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`);
        return [...seen];
    })()"""
    browser.until(f"{colors}.includes('rgb(31, 95, 139)')")  # live blocks, as in page.css
    browser.click("input[name=theme][value=dark]")
    browser.until(f"{colors}.includes('rgb(125, 184, 224)')")
    expect_quiet(browser)


# ---- Colours, paper ----

@test
def colours_follow_the_system_and_the_reader(reader):
    browser = reader.open("leaks")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = browser.evaluate(paper)
    browser.prefer("dark")
    dark = browser.evaluate(paper)
    expect(light != dark, light)
    browser.click("input[name=theme][value=light]")
    expect(browser.evaluate(paper) == light, "light although the system is dark")
    browser.prefer("light")
    browser.click("input[name=theme][value=dark]")
    expect(browser.evaluate(paper) == dark, "dark although the system is light")


@test
def on_paper_all_is_open(reader):
    browser = reader.open("leaks")
    browser.evaluate("addEventListener('afterprint', () => { window.openAfter = document.querySelectorAll('#page details[open]').length; });"
                     "addEventListener('beforeprint', () => { window.openOnPaper = document.querySelectorAll('.records details[open]').length; })")
    browser.call("Page.printToPDF")
    expect(browser.evaluate("window.openOnPaper") == 3, "records that are open:", browser.evaluate("window.openOnPaper"))
    browser.until("document.querySelectorAll('#page details[open]').length === 0")
    expect_quiet(browser)


# ---- Hostile names, and many records ----

@test
def hostile_names_are_text(reader):
    browser = reader.open("hostile")
    browser.evaluate(OPEN_ALL)
    browser.until(OPEN_AND_FILLED)
    expect(browser.evaluate("document.querySelectorAll('img, iframe, object, embed, form').length") == 0)
    expect(browser.evaluate("document.scripts.length") == 2, "scripts of the page's own")
    text = browser.evaluate("document.getElementById('page').textContent")
    expect("</script><img src=x onerror=alert(1)><!--<script>&lt;&#x3c;]]>" in text, "markup is shown as it is")
    expect("\\u{2028} \\u{2029} \\u{202a}" in text and "שלום" in text, "what cannot be seen is shown, and what can be is left")
    expect(not set(text) & set("\u2028\u2029\u202a\u202e\u200b"), "hidden characters in the page")
    expect(len(text) < 1_000_000, len(text), "characters: long names and deep stacks are not shown as a whole")
    expect(browser.evaluate("document.querySelectorAll('.stack > li').length") < 200, "frames that nobody asked for")
    expect_quiet(browser)


@test
def control_characters_are_shown_as_escapes(reader):
    browser = reader.open("evil")
    text = browser.evaluate("document.getElementById('page').textContent")
    expect("\\u{1b}[31mred\\r\\n\\u{07}\\u{9b}2J \\u{202e}txt.exe" in text)
    expect(not any(ord(character) < 32 and character != "\n" or 0x7f <= ord(character) < 0xa0 for character in text))


@test
def a_hundred_thousand_records_can_be_used(reader):
    browser = reader.open("large")
    expect(browser.evaluate(STATUS) == "1–50 of 75,000 records", browser.evaluate(STATUS))
    expect(browser.evaluate("document.querySelectorAll('*').length") < 10000, "elements on a page")
    first = browser.evaluate(RECORDS + "[0].textContent")
    browser.click(".pages button:last-child")
    expect(browser.evaluate(STATUS) == "51–100 of 75,000 records" and browser.evaluate(RECORDS + "[0].textContent") != first)
    expect(browser.evaluate(f"document.activeElement === {RECORDS}[0].querySelector('summary')"), "the focus goes with the page")
    browser.click(".kind-card.reachable")
    browser.until(f"{STATUS} === '1–50 of 100,000 records'")
    browser.press("/")
    browser.type("step_4999(")
    browser.until(f"/^1–.* records$/.test({STATUS}) && !{STATUS}.includes('100,000')")
    browser.click(".records summary")
    browser.until("document.querySelectorAll('.record-details .stack > li').length === 12")
    expect("step_4999(" in browser.evaluate("document.querySelector('.record-details').innerText"))
    expect_quiet(browser)


@test
def zooming_in_shows_what_was_too_small(reader):
    browser = reader.open("large")
    depth = "new Set(" + FRAMES + ".map((frame) => frame.getAttribute('transform').split(/[,)]/)[1])).size"
    browser.until(FRAMES + ".length > 100")
    expect(browser.evaluate(depth) < 13, "small frames are not told apart")
    wide = "[...document.querySelectorAll('.flame g')].filter((frame) => frame.querySelector('rect').getAttribute('width') > 40)"
    for _ in range(4):  # into a frame that is still as wide as a name, and far down
        browser.until(wide + ".length > 8")  # frames grow from nothing
        browser.evaluate(wide + ".at(-1).id = 'chosen'")
        browser.click("#chosen")
        browser.until("document.getElementById('chosen') === null && " + FRAMES + ".length > 3")
        if browser.evaluate(depth) == 13:
            break
    expect(browser.evaluate(depth) == 13, browser.evaluate(depth), "rows")
    browser.click(".tools button")
    browser.until(depth + " < 13")
    expect_quiet(browser)


def run(function, reader):
    """None, or why the test has failed."""
    try:
        function(reader)
    except (AssertionError, ProtocolError):
        return traceback.format_exc()
    return None


def main():
    print(f"1..{len(TESTS)}")
    with Chromium() as browser:
        reader = Reader(browser)
        for number, function in enumerate(TESTS, 1):
            failure = run(function, reader)
            print(f"{'ok' if failure is None else 'not ok'} {number} - {function.__name__}", flush=True)
            if failure is not None:
                print("# " + failure.replace("\n", "\n# "), flush=True)


main()
