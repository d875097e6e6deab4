// Making parts of the page. Text only ever becomes text nodes.

// element("a", { href: "#x", onclick: f }, "text", otherElement, null): functions listen, true and false are attributes that are
// there or not, null and false among the children are left out.
function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") made.addEventListener(name.slice(2), value);
        else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    append(made, ...children);
    return made;
}

function append(parent, ...children) {
    for (const child of children.flat(Infinity)) if (child !== null && child !== undefined && child !== false) parent.append(child);
    return parent;
}

function replaceContent(parent, ...children) {
    parent.replaceChildren();
    return append(parent, ...children);
}

// Text of foreign origin, kept apart from the direction of the text around it. What is very long is shown on demand.
function foreign(text, className = null) {
    const shown = visible(shortened(text));
    const node = element("bdi", { class: className }, shown);
    if (text.length <= LONG_TEXT) return node;
    const more = element(
        "button",
        {
            type: "button",
            class: "quiet",
            onclick: () => {
                node.textContent = visible(text);
                more.remove();
            },
        },
        `${countText(text.length - LONG_TEXT)} more characters`,
    );
    return element("span", {}, node, " ", more);
}

function size(bytes, className = null) {
    return element("span", { class: className, title: exactSize(bytes) }, sizeText(bytes));
}

function note(...children) {
    return element("p", { class: "note" }, ...children);
}

// "label value" pairs; those whose value is null or undefined are left out.
function facts(pairs, className = "facts") {
    return element(
        "dl",
        { class: className },
        pairs
            .filter(([, value]) => value !== null && value !== undefined)
            .map(([label, value]) => element("div", {}, element("dt", {}, label), element("dd", {}, value))),
    );
}

// columns: { title, cell: (row) => child, number: bool }.
function table(caption, columns, rows) {
    const alignment = (column) => (column.number ? "number" : null);
    const head = element(
        "tr",
        {},
        columns.map((column) => element("th", { scope: "col", class: alignment(column) }, column.title)),
    );
    const body = element("tbody");
    const makeRow = (row) =>
        element(
            "tr",
            {},
            columns.map((column) => element("td", { class: alignment(column) }, column.cell(row))),
        );
    const whole = element(
        "div",
        { class: "scrolled", tabindex: "0", role: "region", "aria-label": caption },
        element("table", {}, element("thead", {}, head), body),
    );
    return element("div", {}, whole, growing(body, rows, makeRow));
}

const ROWS_AT_ONCE = 100;

// Fills `parent` with the first rows; the button that is returned brings more. What is not seen is not made.
function growing(parent, rows, makeRow) {
    let shown = 0;
    const more = element("button", { type: "button", class: "more", onclick: () => showMore() });
    const showMore = () => {
        const end = Math.min(rows.length, shown + ROWS_AT_ONCE);
        append(parent, rows.slice(shown, end).map(makeRow));
        shown = end;
        more.hidden = shown === rows.length;
        more.textContent = `Show ${countText(Math.min(ROWS_AT_ONCE, rows.length - shown))} more of ${countText(rows.length)}`;
    };
    showMore();
    return more;
}

// A line that opens: its content is made when it first does.
function opening(summary, makeContent, className = null) {
    const details = element("details", { class: className }, element("summary", {}, ...summary));
    details.addEventListener("toggle", () => {
        if (details.open && details.childElementCount === 1) append(details, makeContent());
    });
    return details;
}

// A list of lines that open, each { summary: [child...], content: () => child }.
function openingList(rows, describe) {
    const list = element("ul", { class: "items" });
    const more = growing(list, rows, (row) => {
        const { summary, content } = describe(row);
        return element("li", {}, opening(summary, content));
    });
    return element("div", {}, list, more);
}

// One of several choices, as a row of radio buttons. choices: [value, label]...
function choice(name, label, choices, chosen, onChoice) {
    return element(
        "fieldset",
        { class: "choice" },
        element("legend", {}, label),
        choices.map(([value, text]) =>
            element(
                "label",
                {},
                element("input", { type: "radio", name, value, checked: value === chosen, onchange: () => onChoice(value) }),
                element("span", {}, text),
            ),
        ),
    );
}

function badge(text, tone) {
    return element("span", { class: `badge ${tone}` }, text);
}
