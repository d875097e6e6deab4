#!/usr/bin/env python3
"""usage: generate_page.py page.html CHARTS.css CHARTS.js LICENCES FILE.css... FILE.js...

Puts the parts of the page into their places, and prints it as two C strings: what comes before the report, and what comes after it.
The page allows no style and no script but its own, by their hashes, and no connection to anywhere.
"""
import base64
import hashlib
import html
import re
import sys

POLICY = "default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'; " \
         "require-trusted-types-for 'script'; trusted-types 'none'"
PLACE = re.compile(r"@([A-Z_]+)@")
# What would end the element that the text is in, or change how its end is found.
FORBIDDEN = re.compile(r"</(script|style)|<!--|<script", re.IGNORECASE)
INDENTATION = re.compile(r"^ +", re.MULTILINE)
LINE_BYTES = 100  # of the page, in a line of C


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def sources(paths, suffix):
    """All files with this suffix, one after the other, without indentation: a tenth of the page would be that."""
    text = "\n".join(INDENTATION.sub("", read(path).strip()) for path in paths if path.endswith(suffix)) + "\n"
    if FORBIDDEN.search(text):
        sys.exit(f"a {suffix} file has '{FORBIDDEN.search(text)[0]}' in it, which HTML takes for its own")
    return text


def hashes(*texts):
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def c_string(name, text):
    """Octal escapes are the only ones that end by themselves."""
    data = text.encode()
    print(f"const char {name}[] =")
    for start in range(0, len(data), LINE_BYTES):
        line = "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
                       for byte in data[start:start + LINE_BYTES])
        print(f'    "{line}"')
    print(f"    ;\nconst size_t {name}_size = sizeof {name} - 1;")


def main(page, charts_style, charts, licences, *own):
    parts = {
        "CHARTS_STYLE": sources([charts_style], ".css"),
        "STYLE": sources(own, ".css"),
        "CHARTS": sources([charts], ".js"),
        "SCRIPT": '"use strict";\n(() => {\n' + sources(own, ".js") + "})();\n",
        "LICENCES": html.escape(read(licences), quote=False),
    }
    parts["POLICY"] = POLICY.format(style=hashes(parts["CHARTS_STYLE"], parts["STYLE"]), script=hashes(parts["CHARTS"], parts["SCRIPT"]))
    before, after = read(page).split("@REPORT@")
    print('/* Made by generate_page.py. */\n#include "html_page.h"\n')
    c_string("html_page_before", PLACE.sub(lambda place: parts[place[1]], before))
    c_string("html_page_after", after)


if __name__ == "__main__":
    main(*sys.argv[1:])
