// The leak records: what is chosen by kind, process and search, in pages.

const RECORDS_ON_PAGE = 50;

function exampleView(example) {
    return element(
        "div",
        { class: "example" },
        element("div", { class: "hint" }, `${exactSize(example.size)} at ${example.address}`),
        foreign(example.bytes, "bytes"),
    );
}

function copyButton(label, makeText) {
    const button = element(
        "button",
        {
            type: "button",
            class: "quiet",
            onclick: async () => {
                try {
                    await navigator.clipboard.writeText(makeText());
                    button.textContent = "Copied";
                } catch {
                    button.textContent = "The browser does not let this page copy";
                }
            },
        },
        label,
    );
    return button;
}

function stackText(stack) {
    return stack.map((frame) => `${visible(frameName(frame))} (${visible(framePlace(frame))})`).join("\n");
}

function recordDetails({ process, leak }) {
    const direct = `${exactSize(leak.bytes)} in ${plural(leak.blocks, "block")}`;
    return element(
        "div",
        { class: "record-details" },
        facts([
            ["Direct", direct],
            [
                "Indirect",
                leak.indirect.blocks ? `${exactSize(leak.indirect.bytes)} in ${plural(leak.indirect.blocks, "block")}` : null,
            ],
            ["Taken with", leak.allocator],
            ["Ring", leak.cycle ? "at least one of the blocks is part of a ring" : null],
            ["Process", processName(process)],
        ]),
        stackList(leak.stack, { truncated: leak.stack_truncated, content: leak.content }),
        leak.examples?.length
            ? element("div", {}, element("h4", {}, "What the blocks hold"), leak.examples.map(exampleView))
            : null,
        leak.suppression
            ? element(
                  "div",
                  {},
                  element("h4", {}, "Suppression"),
                  element("pre", {}, leak.suppression.split("\n").map(visible).join("\n")),
              )
            : null,
        element(
            "div",
            { class: "actions" },
            leak.stack.length ? copyButton("Copy stack", () => stackText(leak.stack)) : null,
            leak.suppression ? copyButton("Copy suppression", () => leak.suppression) : null,
        ),
    );
}

class LeakList {
    #page = 0;
    #records = [];
    #most = 0;
    #order = "kind";
    #several;
    #onOrder;
    #heads;
    #list;
    #status;
    #previous;
    #next;

    // `onOrder` is told when the reader has chosen another order.
    constructor(several, onOrder) {
        this.#several = several;
        this.#onOrder = onOrder;
        this.#heads = element(
            "div",
            { class: "record record-heads" },
            [
                ["kind", "Kind"],
                ["bytes", "Bytes"],
                ["blocks", "Blocks"],
            ].map(([order, title]) =>
                element("button", { type: "button", "data-order": order, onclick: () => this.#sortBy(order) }, title),
            ),
            element("span", {}, "Where"),
        );
        this.#list = element("ol", { class: "records" });
        this.#status = element("span", { role: "status", "aria-live": "polite" });
        this.#previous = element("button", { type: "button", onclick: () => this.#turn(-1) }, "Previous");
        this.#next = element("button", { type: "button", onclick: () => this.#turn(1) }, "Next");
        this.node = element(
            "div",
            { class: "leak-list" },
            this.#heads,
            this.#list,
            element("nav", { class: "pages", "aria-label": "Pages of leak records" }, this.#previous, this.#status, this.#next),
        );
        this.#markOrder();
    }

    get order() {
        return this.#order;
    }

    show(records) {
        this.#records = records;
        this.#most = records.reduce((most, record) => Math.max(most, record.bytes), 0);
        this.#page = 0;
        this.#fill();
    }

    #sortBy(order) {
        this.#order = order;
        this.#markOrder();
        this.#onOrder(order);
    }

    #markOrder() {
        for (const head of this.#heads.querySelectorAll("button"))
            head.setAttribute("aria-pressed", String(head.dataset.order === this.#order));
    }

    #turn(pages) {
        this.#page += pages;
        this.#fill();
        this.node.scrollIntoView({ block: "start" });
        this.#list.querySelector("summary")?.focus({ preventScroll: true });
    }

    #fill() {
        const first = this.#page * RECORDS_ON_PAGE;
        const end = Math.min(first + RECORDS_ON_PAGE, this.#records.length);
        replaceContent(
            this.#list,
            this.#records.slice(first, end).map((record) => this.#item(record)),
        );
        this.#status.textContent =
            this.#records.length === 0
                ? "No record matches."
                : `${countText(first + 1)}–${countText(end)} of ${plural(this.#records.length, "record")}`;
        this.#previous.disabled = this.#page === 0;
        this.#next.disabled = end === this.#records.length;
        this.#previous.hidden = this.#next.hidden = this.#records.length <= RECORDS_ON_PAGE;
    }

    #item(record) {
        const { leak, process } = record;
        const frame = tellingFrame(leak.stack, process.executable);
        const share = element("span", { class: "share", "aria-hidden": "true" });
        share.style.setProperty("--share", this.#most > 0 ? record.bytes / this.#most : 0);
        const where = frame
            ? [foreign(briefName(frameName(frame)), "function"), " ", frame.file ? placeView(frame, baseName) : null]
            : [foreign(leak.content ?? "stack not known", "stackless")];
        return element(
            "li",
            {},
            opening(
                [
                    element("span", { class: `kind ${leak.kind}` }, leak.kind),
                    element("span", { class: "number" }, size(record.bytes), share),
                    element("span", { class: "number" }, countText(record.blocks)),
                    element(
                        "span",
                        { class: "where" },
                        element("span", { class: "first" }, where),
                        leak.stack.length > 1 ? element("bdi", { class: "chain" }, chainText(leak.stack)) : null,
                        this.#several ? element("span", { class: "hint" }, processName(process)) : null,
                    ),
                ],
                () => recordDetails(record),
                "record-line",
            ),
        );
    }
}
