// The head of the page: what came of it all.

const VERDICTS = {
    clean: { tone: "good", word: "Clean" },
    leaks: { tone: "bad", word: "Leaks" },
    errors: { tone: "bad", word: "Errors" },
    incomplete: { tone: "warning", word: "Incomplete" },
};

// What led to the verdict, the worst first.
function verdictParts(report) {
    const { summary, processes } = report;
    const misuses = processes.reduce((sum, process) => sum + process.errors.length, 0);
    const crossings = processes.reduce((sum, process) => sum + process.thresholds.length + (process.thresholds_dropped ?? 0), 0);
    const lost = {
        bytes: summary.definite.bytes + summary.indirect.bytes,
        blocks: summary.definite.blocks + summary.indirect.blocks,
    };
    const parts = [];
    if (misuses) parts.push(plural(misuses, "memory error"));
    if (crossings) parts.push(`${plural(crossings, "threshold")} crossed`);
    if (lost.blocks) parts.push(`${blocksText(lost)} lost`);
    if (summary.possible.blocks) parts.push(`${blocksText(summary.possible)} possibly lost`);
    if (report.fail_alloc?.error_count) parts.push(`${plural(report.fail_alloc.error_count, "error")} after failing allocations`);
    if (!processes.some((process) => process.leaks.checked)) parts.push("Not checked for leaks");
    if (parts.length === 0)
        parts.push(summary.reachable.blocks ? `No leaks, ${blocksText(summary.reachable)} still reachable` : "No leaks");
    return parts;
}

// Start as it stands in the report, without what nobody reads.
function startText(started) {
    return `${visible(started)
        .replace("T", " ")
        .replace(/\.\d+Z$/, "")
        .replace("Z", "")} UTC`;
}

function headView(report, tools) {
    const [worst, ...rest] = verdictParts(report);
    const verdict = VERDICTS[report.summary.verdict] ?? { tone: "plain", word: report.summary.verdict };
    return element(
        "header",
        { class: "head" },
        element("div", { class: "brand" }, element("span", { class: "wordmark" }, "leakwatch"), tools),
        element("p", { class: `verdict ${verdict.tone}` }, verdict.word),
        element("h1", {}, worst),
        rest.length ? element("p", { class: "also" }, rest.join(", ")) : null,
        element("p", { class: "command" }, element("bdi", {}, shortened(commandText(report.command), 400))),
        facts(
            [
                ["Started", startText(report.started)],
                ["Took", durationText(report.elapsed_ns)],
                ["Mode", report.mode],
                ["Processes", countText(report.processes.length)],
                ["Errors", countText(report.summary.errors)],
                ["Version", visible(report.leakwatch)],
            ],
            "facts meta",
        ),
    );
}

// What the reader must know before believing the numbers.
function coverageNotice(processes) {
    const unsure = processes.filter((process) => process.coverage.heap !== "full" || process.coverage.reasons.length > 0);
    if (unsure.length === 0) return null;
    const notFull = unsure.filter((process) => process.coverage.heap !== "full");
    const title =
        notFull.length === 0
            ? "Good to know"
            : processes.length === 1
              ? notFull[0].coverage.heap === "none"
                  ? "The heap was not seen"
                  : "Not all of the heap was seen"
              : `${countText(notFull.length)} of ${countText(processes.length)} processes not fully seen`;
    const list = element("ul");
    const more = growing(list, unsure, (process) =>
        element(
            "li",
            {},
            processes.length > 1 ? element("strong", {}, `${processName(process)}: `) : null,
            process.coverage.reasons.length
                ? process.coverage.reasons.map((reason, index) => [index > 0 ? "; " : "", foreign(reason)])
                : "no reason is known",
        ),
    );
    return element(
        "aside",
        { class: `callout ${notFull.length ? "warning" : "plain"}`, "aria-label": "Coverage" },
        element("strong", {}, title),
        list,
        more,
    );
}

// One button for each kind, which shows or hides its records. `onChange` is told when the set has changed.
class KindFilter {
    chosen;
    #onChange;

    constructor(onChange) {
        this.#onChange = onChange;
        this.node = element("div", { class: "kinds", role: "group", "aria-label": "Kinds of leaks to show" });
    }

    // sums: { kind: { bytes, blocks } }; countOf(kind): its records. What is chosen stays so if it can.
    show(sums, countOf) {
        if (this.chosen === undefined) {
            const usual = ["definite", "possible"].filter(countOf);
            this.chosen = new Set(usual.length ? usual : KINDS.map(({ name }) => name).filter(countOf));
        }
        replaceContent(
            this.node,
            KINDS.map(({ name, fate }) =>
                element(
                    "button",
                    {
                        type: "button",
                        class: `kind-card ${name}${sums[name].blocks ? "" : " empty"}`,
                        "data-kind": name,
                        disabled: countOf(name) === 0,
                        "aria-pressed": String(this.chosen.has(name)),
                        onclick: (event) => this.#toggle(name, event.currentTarget),
                    },
                    element("span", { class: "fate" }, fate),
                    element("span", { class: "amount", title: exactSize(sums[name].bytes) }, sizeText(sums[name].bytes)),
                    element("span", { class: "hint" }, plural(sums[name].blocks, "block")),
                ),
            ),
        );
    }

    #toggle(name, button) {
        if (!this.chosen.delete(name)) this.chosen.add(name);
        button.setAttribute("aria-pressed", String(this.chosen.has(name)));
        this.#onChange();
    }
}
