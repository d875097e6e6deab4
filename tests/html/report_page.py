# SPDX-License-Identifier: MIT
"""The HTML report as a file: its parts, and the report in it."""
import html.parser
import json
import subprocess

DATA = '<script type="application/json" id="report">'
STACKS = ("stack", "allocated", "freed")


def written(write_model, model):
    """The page of a model, as bytes."""
    return subprocess.run([write_model, model, "html"], stdout=subprocess.PIPE, check=True).stdout


class Page(html.parser.HTMLParser):
    """What a browser finds in a page: elements in their order, and the texts of styles and scripts."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements = []  # (name, attributes)
        self.texts = {"style": [], "script": [], "data": []}
        self.inside = None
        self.feed(page.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside = {"style": "style", "script": "data" if ("id", "report") in attributes else "script"}.get(tag)
        if self.inside:
            self.texts[self.inside].append("")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside:
            self.texts[self.inside][-1] += data

    def policy(self):
        """The content security policy: directive -> list of sources."""
        content = next(attributes["content"] for tag, attributes in self.elements
                       if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy")
        return {name: sources for name, *sources in (part.split() for part in content.split(";"))}


def with_frames(value, frames):
    """What the page has as numbers of frames, as the JSON report has it."""
    if isinstance(value, list):
        return [with_frames(element, frames) for element in value]
    if not isinstance(value, dict):
        return value
    return {name: [frames[number] for number in member] if name in STACKS and member and isinstance(member[0], int)
            else with_frames(member, frames) for name, member in value.items()}


def report_of(data):
    """The JSON report that the text of the data element stands for."""
    report = json.loads(data)
    frames = report.pop("frames")
    return with_frames(report, frames)


def with_report(page, report):
    """The page with another report in it: a dictionary, or text as it is to stand there."""
    text = page.decode("utf-8")
    start = text.index(DATA) + len(DATA)
    data = report if isinstance(report, str) else json.dumps({"frames": [], **report}).replace("<", "\\u003c")
    return (text[:start] + data + text[text.index("</script>", start):]).encode("utf-8")
