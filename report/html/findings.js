// What processes have left or met besides leaks: one function for each member of the report. Each takes { process, item } pairs.

function fromProcess(several, process) {
    return several ? element("span", { class: "hint" }, ` ${processName(process)}`) : null;
}

function sinceStart(process, atNs) {
    return `after ${durationText(Math.max(0, atNs - process.started_ns))}`;
}

// ---- What checks have found ----

const SEVERITY_TONES = { error: "bad", warning: "warning", note: "plain" };

function findingSummary({ severity, what, id, subject }) {
    return [
        badge(severity, SEVERITY_TONES[severity] ?? "plain"),
        " ",
        element("span", { class: "label" }, foreign(what)),
        " ",
        subject ? foreign(subject, "place") : null,
        " ",
        element("span", { class: "hint" }, id),
    ];
}

function findingText({ numbers, remedy }) {
    return element("div", {}, element("p", {}, foreign(numbers)), element("p", {}, foreign(remedy)));
}

function findingItem(finding) {
    return { summary: findingSummary(finding), content: () => findingText(finding) };
}

// ---- Misuses of free and delete ----

const ERROR_TITLES = {
    "double-free": "Freed twice",
    "invalid-free": "Freed, but never allocated",
    "mismatched-free": "Freed by the wrong function",
};

function errorItem({ process, item }, several) {
    const mismatch = item.kind === "mismatched-free" ? `, taken with ${item.taken_with}, given back to ${item.given_with}` : "";
    return {
        summary: [
            badge(ERROR_TITLES[item.kind] ?? item.kind, "bad"),
            " ",
            element("span", { class: "label" }, `${item.address}${item.size ? `, ${exactSize(item.size)}` : ""}${mismatch}`),
            " ",
            item.count > 1 ? element("span", { class: "hint" }, `${countText(item.count)} times `) : null,
            element("bdi", { class: "chain" }, chainText(item.stack)),
            fromProcess(several, process),
        ],
        content: () =>
            element(
                "div",
                {},
                facts([
                    ["Thread", String(item.thread)],
                    ["Happened", plural(item.count, "time")],
                ]),
                element("h4", {}, "The faulty call"),
                stackList(item.stack),
                item.allocated.length ? [element("h4", {}, "The block was taken"), stackList(item.allocated)] : null,
                item.freed.length ? [element("h4", {}, "It was freed before"), stackList(item.freed)] : null,
            ),
    };
}

// ---- Descriptors ----

const ORIGINS = {
    opened: "opened here",
    inherited: "inherited from the parent",
    unknown: "opened by none of the calls that are watched",
};

function descriptorItem({ process, item }, several) {
    const numbers = firstNumbers(
        item.open.map((open) => open.number),
        6,
    );
    return {
        summary: [
            element("span", { class: "label" }, `${item.open.length === 1 ? "Descriptor" : "Descriptors"} ${numbers}`),
            " ",
            element("bdi", { class: "place" }, shortened(visible(item.open[0]?.name ?? ""), 100)),
            " ",
            element("span", { class: "hint" }, item.origin),
            fromProcess(several, process),
        ],
        content: () =>
            element(
                "div",
                {},
                table(
                    "Open descriptors",
                    [
                        { title: "Number", number: true, cell: (open) => String(open.number) },
                        { title: "Kind", cell: (open) => open.kind },
                        { title: "What", cell: (open) => foreign(open.name) },
                        {
                            title: "For",
                            cell: (open) =>
                                [open.readable ? "reading" : null, open.writable ? "writing" : null].filter(Boolean).join(", "),
                        },
                    ],
                    item.open,
                ),
                element("h4", {}, ORIGINS[item.origin] ?? item.origin),
                stackList(item.stack),
            ),
    };
}

// ---- Mappings ----

function mappingItem({ process, item }, several) {
    return {
        summary: [
            element("span", { class: "label" }, `${sizeText(item.bytes)} in ${plural(item.count, "mapping")}`),
            " ",
            element("bdi", { class: "chain" }, chainText(item.stack)),
            fromProcess(several, process),
        ],
        content: () => stackList(item.stack),
    };
}

// ---- Locked memory ----

function lockFinding(finding) {
    return {
        summary: findingSummary(finding),
        content: () =>
            element(
                "div",
                {},
                findingText(finding),
                finding.count > 1 ? note(`Found ${plural(finding.count, "time")} with the same stacks.`) : null,
                finding.stacks.map(({ role, stack }) => [element("h4", {}, role), stackList(stack)]),
            ),
    };
}

function lockView(process) {
    const { locks } = process;
    return element(
        "article",
        { class: "process-part" },
        element("h3", {}, processName(process)),
        facts([
            ["Locked", size(locks.bytes)],
            ["Most at once", size(locks.peak_bytes)],
            ["Locked when first used", locks.on_fault_bytes ? size(locks.on_fault_bytes) : null],
            ["Not in RAM", locks.absent_bytes === undefined ? null : size(locks.absent_bytes)],
            ["The kernel counts", locks.kernel_bytes === undefined ? null : size(locks.kernel_bytes)],
            [
                "RLIMIT_MEMLOCK",
                locks.privileged
                    ? "does not count: CAP_IPC_LOCK"
                    : locks.limit_bytes === undefined
                      ? null
                      : size(locks.limit_bytes),
            ],
            ["Calls", `${countText(locks.calls)}, ${countText(locks.failures)} failed`],
            ["What is mapped from now on", locks.future ? "will be locked (MCL_FUTURE)" : null],
        ]),
        locks.findings.length ? openingList(locks.findings, lockFinding) : null,
        element("h4", {}, "By call site"),
        openingList(locks.memory, (memory) => ({
            summary: [
                element("span", { class: "label" }, `${sizeText(memory.bytes)} by ${memory.way}`),
                " ",
                element("bdi", { class: "chain" }, chainText(memory.stack)),
                memory.on_fault ? element("span", { class: "hint" }, " when first used") : null,
            ],
            content: () => stackList(memory.stack),
        })),
        locks.segments.map((segment) =>
            stackOpening(
                `Shared memory ${segment.id}${segment.bytes === undefined ? "" : `, ${sizeText(segment.bytes)}`}`,
                segment.stack,
            ),
        ),
    );
}

// ---- Thresholds and limits ----

const THRESHOLD_TITLES = { live: "Live memory", rss: "Memory in RAM", locked: "Locked memory", mappings: "Mappings" };

function thresholdUnit(kind) {
    return kind === "mappings" ? "count" : "bytes";
}

function thresholdItem({ process, item }, several) {
    const unit = thresholdUnit(item.kind);
    const title = THRESHOLD_TITLES[item.kind] ?? item.kind;
    return {
        summary: [
            badge(`--max-${item.kind}`, "bad"),
            " ",
            element(
                "span",
                { class: "label" },
                `${title}: ${amountText(unit, item.value)}, more than ${amountText(unit, item.limit)}`,
            ),
            " ",
            element("span", { class: "hint" }, `${sinceStart(process, item.at_ns)}${item.at_peak ? ", at a peak before" : ""}`),
            fromProcess(several, process),
        ],
        content: () => siteList(item.sites),
    };
}

// A limit that was near, or else a finding of a check.
function limitItem({ process, item }, several) {
    if (item.name === undefined) {
        const { summary, content } = findingItem(item);
        return { summary: [...summary, fromProcess(several, process)], content };
    }
    return {
        summary: [
            badge(item.name, "warning"),
            " ",
            element(
                "span",
                { class: "label" },
                `${amountText(item.unit, item.used)} of ${amountText(item.unit, item.limit)} in use, ` +
                    `${amountText(item.unit, item.left)} left until ${item.effect}`,
            ),
            " ",
            item.where ? foreign(item.where, "place") : null,
            " ",
            element("span", { class: "hint" }, sinceStart(process, item.at_ns)),
            fromProcess(several, process),
        ],
        content: () => element("div", {}, item.numbers === undefined ? null : findingText(item), siteList(item.sites)),
    };
}

// ---- Calls ----

function failedCallItem({ process, item }, several) {
    const limits = item.limits.map(
        (limit) =>
            `${limit.name}: ${amountText(limit.unit, limit.excess)} too much ` +
            `(${amountText(limit.unit, limit.used)} used of ${amountText(limit.unit, limit.limit)})`,
    );
    return {
        summary: [
            badge(item.error, "bad"),
            " ",
            element(
                "span",
                { class: "label" },
                `${item.name} of ${sizeText(item.bytes)}${item.count > 1 ? `, ${countText(item.count)} times` : ""}`,
            ),
            " ",
            element("bdi", { class: "chain" }, chainText(item.stack)),
            " ",
            element("span", { class: "hint" }, sinceStart(process, item.at_ns)),
            fromProcess(several, process),
        ],
        content: () =>
            element(
                "div",
                {},
                limits.length
                    ? element(
                          "ul",
                          {},
                          limits.map((text) => element("li", {}, text)),
                      )
                    : note("No limit explains it."),
                stackList(item.stack),
            ),
    };
}

function callTable(processes) {
    const sums = new Map();
    for (const process of processes)
        for (const [name, call] of Object.entries(process.syscalls)) {
            const sum = sums.get(name) ?? { name, calls: 0, errors: 0, time_ns: 0 };
            sum.calls += call.calls;
            sum.errors += call.errors;
            sum.time_ns += call.time_ns;
            sums.set(name, sum);
        }
    const rows = [...sums.values()].sort((a, b) => b.time_ns - a.time_ns || b.calls - a.calls);
    return table(
        "System calls",
        [
            { title: "Call", cell: (call) => element("code", {}, visible(call.name)) },
            { title: "Calls", number: true, cell: (call) => countText(call.calls) },
            { title: "Failed", number: true, cell: (call) => (call.errors ? countText(call.errors) : "") },
            { title: "Time", number: true, cell: (call) => durationText(call.time_ns) },
        ],
        rows,
    );
}

// ---- Suppressions and injections ----

function suppressionView({ used, unused }) {
    return element(
        "div",
        {},
        used.length
            ? table(
                  "Suppressions that were used",
                  [
                      { title: "Used", cell: (suppression) => foreign(suppression.name) },
                      { title: "Bytes", number: true, cell: (suppression) => size(suppression.bytes) },
                      { title: "Blocks", number: true, cell: (suppression) => countText(suppression.blocks) },
                  ],
                  used,
              )
            : null,
        unused.length
            ? table(
                  "Suppressions that matched nothing",
                  [
                      { title: "Matched nothing", cell: (suppression) => foreign(suppression.name) },
                      { title: "From", cell: (suppression) => foreign(`${suppression.file}:${suppression.line}`, "place") },
                  ],
                  unused,
              )
            : null,
    );
}

function injectionTable(injections) {
    return table(
        "Injections",
        [
            { title: "What", cell: (injection) => foreign(injection.what, "code") },
            {
                title: "Took place",
                number: true,
                cell: (injection) => (injection.count ? plural(injection.count, "time") : "never"),
            },
        ],
        injections,
    );
}
