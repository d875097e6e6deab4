// The page as a whole: reads the report, and keeps its parts in step.

const SEARCH_DELAY = 120; // ms after the last key

class Page {
    #report;
    #table;
    #process = null; // the one that is shown; null: all
    #query = "";
    #executables;
    #several;
    #charts = [];
    #sections = element("main", { id: "sections" });
    #navigation = element("nav", { class: "contents", "aria-label": "Sections" });
    #kinds = new KindFilter(() => this.#showRecords());
    #leaks;
    #flame;
    #flameTimer = 0;
    #searchTimer = 0;

    // frames: of all stacks, each with its place here as `index`.
    constructor(report, frames) {
        this.#report = report;
        this.#several = report.processes.length > 1;
        this.#executables = new Set(report.processes.map((process) => process.executable));
        this.#table = new RecordTable(frames, report.processes);
        this.#leaks = new LeakList(this.#several, (order) => {
            this.#table.sort(order);
            this.#showRecords();
        });
        this.#table.sort(this.#leaks.order);
        this.#flame = new FlameGraph(this.#executables, () => this.#showRecords());
        this.node = element(
            "div",
            { class: "layout" },
            headView(report, this.#themeChoice()),
            element("div", { class: "side" }, this.#processChoice(), this.#navigation),
            this.#sections,
        );
    }

    // Fills the page, which must be in the document: charts need to know its width.
    show() {
        const sections = this.#makeSections().filter(({ content }) => content !== null);
        replaceContent(
            this.#navigation,
            element(
                "ul",
                {},
                sections.map(({ id, title, count }) =>
                    element(
                        "li",
                        {},
                        element(
                            "a",
                            { href: `#${id}` },
                            title,
                            count === undefined ? null : element("span", { class: "hint" }, ` ${countText(count)}`),
                        ),
                    ),
                ),
            ),
        );
        replaceContent(
            this.#sections,
            coverageNotice(this.#processes()),
            sections.map(({ id, title, content, hint }) =>
                element(
                    "section",
                    { id, "aria-labelledby": `${id}-title` },
                    element("h2", { id: `${id}-title` }, title),
                    hint ? note(hint) : null,
                    content,
                ),
            ),
        );
        this.#showRecords();
    }

    #processes() {
        return this.#process ? [this.#process] : this.#report.processes;
    }

    // ---- Choices of the reader ----

    #themeChoice() {
        return choice(
            "theme",
            "Colours",
            [
                ["light dark", "System"],
                ["light", "Light"],
                ["dark", "Dark"],
            ],
            "light dark",
            (scheme) => {
                document.documentElement.style.colorScheme = scheme;
                this.recolor();
            },
        );
    }

    #processChoice() {
        if (!this.#several) return null;
        const select = element(
            "select",
            {
                id: "process",
                onchange: () => {
                    this.#process = this.#report.processes[select.value] ?? null;
                    this.show();
                },
            },
            element("option", { value: "" }, `All ${countText(this.#report.processes.length)}`),
            this.#report.processes.map((process, index) => element("option", { value: String(index) }, processName(process))),
        );
        return element("div", { class: "process-choice" }, element("label", { for: "process" }, "Process"), select);
    }

    #searchField() {
        const field = element("input", {
            type: "search",
            id: "search",
            placeholder: "Function, file, module…",
            value: this.#query,
            autocomplete: "off",
            spellcheck: "false",
            oninput: () => {
                clearTimeout(this.#searchTimer);
                this.#searchTimer = setTimeout(() => {
                    this.#query = field.value;
                    this.#showRecords();
                }, SEARCH_DELAY);
            },
        });
        return element(
            "div",
            { class: "search" },
            element("label", { for: "search" }, "Search"),
            field,
            element("kbd", { "aria-hidden": "true" }, "/"),
        );
    }

    recolor() {
        for (const chart of this.#charts) chart.draw();
    }

    // ---- Leaks ----

    #kindSums() {
        return this.#process ? this.#process.leaks : this.#report.summary;
    }

    #showRecords() {
        const records = this.#table.select(this.#process, this.#kinds.chosen, this.#query);
        this.#leaks.show(records);
        clearTimeout(this.#flameTimer);
        this.#flameTimer = setTimeout(() => this.#flame.show(records));
    }

    #leakSection() {
        const counts = {};
        for (const { process, leak } of this.#table.records)
            if (this.#process === null || process === this.#process) counts[leak.kind] = (counts[leak.kind] ?? 0) + 1;
        this.#kinds.show(this.#kindSums(), (kind) => counts[kind] ?? 0);
        const count = Object.values(counts).reduce((sum, one) => sum + one, 0);
        const checked = this.#processes().some((process) => process.leaks.checked);
        return {
            id: "leaks",
            title: "Leaks",
            count,
            content: !checked
                ? note("No leak check was made.")
                : element(
                      "div",
                      {},
                      this.#kinds.node,
                      count ? [this.#searchField(), this.#leaks.node] : note("There is no record of a leak."),
                  ),
        };
    }

    // ---- All sections ----

    #makeSections() {
        const leaks = this.#leakSection();
        this.#charts = [];
        return [
            leaks,
            {
                id: "flame-graph",
                title: "Flame graph",
                hint: "The records that are chosen above, with what is lost indirectly, by the calls that took the blocks.",
                content: leaks.count ? this.#flame.node : null,
            },
            this.#timelineSection(),
            this.#listSection("errors", "Memory errors", (process) => process.errors, errorItem, "errors_dropped"),
            this.#listSection("thresholds", "Thresholds", (process) => process.thresholds, thresholdItem, "thresholds_dropped"),
            this.#listSection("limits", "Limits", (process) => process.limits, limitItem),
            {
                id: "machine",
                title: "The machine",
                count: this.#report.limits.length,
                content: this.#report.limits.length ? openingList(this.#report.limits, findingItem) : null,
            },
            this.#listSection(
                "failed-calls",
                "Failed calls for memory",
                (process) => process.failed_calls,
                failedCallItem,
                "failed_calls_dropped",
            ),
            this.#growthSection(),
            this.#failAllocSection(),
            this.#listSection("pointers", "Who points at", (process) => process.who_points_at, pointersItem),
            this.#listSection("descriptors", "Descriptors", (process) => process.descriptors.records, descriptorItem),
            this.#listSection("mappings", "Mappings", (process) => process.mappings.live, mappingItem),
            this.#articleSection("locks", "Locked memory", (process) => process.locks.used, lockView),
            this.#articleSection("memory", "Memory", (process) => process.memory !== undefined, memoryView),
            {
                id: "processes",
                title: "Processes",
                count: this.#processes().length,
                content: openingList(this.#processes(), processItem),
            },
            this.#callSection(),
            this.#suppressionSection(),
            {
                id: "injections",
                title: "Injected",
                content: this.#report.inject?.length ? injectionTable(this.#report.inject) : null,
            },
        ];
    }

    // A list of what `itemsOf` gives of each process; `dropped` is the member that counts what was not recorded.
    #listSection(id, title, itemsOf, describe, dropped = null) {
        const items = this.#processes().flatMap((process) => (itemsOf(process) ?? []).map((item) => ({ process, item })));
        const more = dropped ? this.#processes().reduce((sum, process) => sum + (process[dropped] ?? 0), 0) : 0;
        return {
            id,
            title,
            count: items.length,
            hint: more ? `${countText(more)} more were counted, but not recorded.` : null,
            content: items.length ? openingList(items, (pair) => describe(pair, this.#several && this.#process === null)) : null,
        };
    }

    #articleSection(id, title, has, view) {
        const shown = this.#processes().filter(has);
        const list = element("div");
        return { id, title, content: shown.length ? append(element("div", {}, list), growing(list, shown, view)) : null };
    }

    #timelineSection() {
        const shown = this.#processes().filter((process) => hasTimeline(process));
        const list = element("div");
        const more = growing(list, shown, (process) => {
            const { node, chart } = timelineView(process);
            this.#charts.push(chart);
            return node;
        });
        return { id: "timeline", title: "Time line", content: shown.length ? element("div", {}, list, more) : null };
    }

    #growthSection() {
        const growth = this.#report.growth ? growthView(this.#report.growth) : null;
        this.#charts.push(...(growth?.charts ?? []));
        return { id: "growth", title: "Growth", content: growth?.node ?? null };
    }

    #failAllocSection() {
        const failAlloc = this.#report.fail_alloc;
        return { id: "fail-alloc", title: "Failing allocations", content: failAlloc ? failAllocView(failAlloc) : null };
    }

    #callSection() {
        const any = this.#processes().some((process) => Object.keys(process.syscalls).length > 0);
        return { id: "calls", title: "System calls", content: any ? callTable(this.#processes()) : null };
    }

    #suppressionSection() {
        const { suppressions } = this.#report;
        const any = suppressions.used.length + suppressions.unused.length > 0;
        return { id: "suppressions", title: "Suppressions", content: any ? suppressionView(suppressions) : null };
    }
}

// ---- Beginning, keys, printing ----

function searchOnSlash(event) {
    if (
        event.key !== "/" ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
    )
        return;
    document.getElementById("search")?.focus();
    event.preventDefault();
}

// On paper nothing can be opened: all that is on the page is, but for the licences, and closed again afterwards.
function openForPrinting() {
    const closed = document.querySelectorAll("#page details:not([open])");
    for (const details of closed) details.open = true;
    addEventListener(
        "afterprint",
        () =>
            closed.forEach((details) => {
                details.open = false;
            }),
        { once: true },
    );
}

function start() {
    const place = document.getElementById("page");
    const data = document.getElementById("report");
    let report;
    try {
        report = JSON.parse(data.textContent);
    } catch (error) {
        replaceContent(place, element("p", { class: "loading" }, `The report in this page is damaged: ${error.message}`));
        return;
    }
    data.remove();
    const page = new Page(report, takeFrames(report));
    document.title = `${shortened(commandText(report.command), 80)} – leakwatch`;
    replaceContent(place, page.node);
    page.show();
    place.append(document.getElementById("licences"));
    addEventListener("keydown", searchOnSlash);
    addEventListener("beforeprint", openForPrinting);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.recolor());
}

addEventListener("DOMContentLoaded", start);
