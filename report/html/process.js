// Processes: what they were, how they ended, how much of them was seen, and their memory.

function processName(process) {
    return `${process.pid} ${shortened(visible(baseName(process.executable ?? "")), 60)}`;
}

function endText(end) {
    const dumped = end.core_dumped ? ", core dumped" : "";
    const killed = end.oom_killed ? ", by the kernel for want of memory" : "";
    switch (end.how) {
        case "exit":
            return `exited with status ${end.status}${killed}`;
        case "signal":
            return `killed by ${end.signal}${dumped}${killed}`;
        case "exec":
            return "went on with another program";
        case "detached":
            return "runs on";
        case "running":
            return "was running";
        default:
            return end.how;
    }
}

const COVERAGE = {
    full: { tone: "good", text: "heap fully seen" },
    partial: { tone: "warning", text: "heap partly seen" },
    none: { tone: "bad", text: "heap not seen" },
};

function coverageList(coverage) {
    return coverage.reasons.length
        ? element(
              "ul",
              { class: `reasons ${coverage.heap}` },
              coverage.reasons.map((reason) => element("li", {}, foreign(reason))),
          )
        : null;
}

function kindTable(leaks) {
    if (!leaks.checked) return note("No leak check was made.");
    const rows = KINDS.filter(({ name }) => leaks[name].blocks > 0);
    if (rows.length === 0) return note("No block is left.");
    return table(
        "Leaks by kind",
        [
            { title: "Kind", cell: ({ name, fate }) => element("span", { class: `kind ${name}` }, fate) },
            { title: "Bytes", number: true, cell: ({ name }) => size(leaks[name].bytes) },
            { title: "Blocks", number: true, cell: ({ name }) => countText(leaks[name].blocks) },
        ],
        rows,
    );
}

function descriptorCounts({ listed, open, standard, inherited }) {
    return listed ? `${countText(open)}: ${countText(standard)} standard, ${countText(inherited)} inherited` : "not known";
}

function processFacts(process) {
    const { heap } = process;
    const knows = (member) => heap[member] !== undefined;
    return facts([
        ["Executable", process.executable ? foreign(process.executable, "code") : null],
        ["Command", element("bdi", { class: "code" }, shortened(commandText(process.command), 600))],
        ["Parent", String(process.ppid)],
        ["Ran", durationText(process.ended_ns - process.started_ns)],
        ["Stopped for the look", process.stopped_ns === undefined ? null : durationText(process.stopped_ns)],
        ["Allocations", knows("allocations") ? `${countText(heap.allocations)}, ${plural(heap.frees, "free")}` : null],
        ["Allocated in all", knows("allocated_bytes") ? size(heap.allocated_bytes) : null],
        [
            "Most at once",
            heap.peak
                ? element(
                      "span",
                      {},
                      size(heap.peak.bytes),
                      heap.peak.at_ns > process.started_ns ? ` after ${durationText(heap.peak.at_ns - process.started_ns)}` : null,
                  )
                : null,
        ],
        [
            "In use at the end",
            heap.blocks_known === false
                ? "not known"
                : element("span", {}, size(heap.live.bytes), ` in ${plural(heap.live.blocks, "block")}`),
        ],
        ["Leaks looked for at", process.leaks.checked ? process.leaks.checked_at : null],
        ["Not confirmed", process.leaks.unconfirmed ? `${blocksText(process.leaks.unconfirmed)}, lost but not in each look` : null],
        ["Open descriptors", descriptorCounts(process.descriptors)],
        ["Ledger of leakwatch", knows("ledger_bytes") ? size(heap.ledger_bytes) : null],
    ]);
}

function processDetails(process) {
    return element("div", {}, coverageList(process.coverage), processFacts(process), kindTable(process.leaks));
}

function processItem(process) {
    const coverage = COVERAGE[process.coverage.heap];
    const bad = process.end.how === "signal" || (process.end.how === "exit" && process.end.status !== 0);
    return {
        summary: [
            element("span", { class: "label" }, processName(process)),
            " ",
            element("span", { class: bad ? "tone-warning" : "hint" }, endText(process.end)),
            " ",
            coverage ? badge(coverage.text, coverage.tone) : null,
        ],
        content: () => processDetails(process),
    };
}

// ---- Memory ----

const RESIDENT_PARTS = [
    ["live_bytes", "Live blocks in arenas", "heap"],
    ["mapped_blocks_bytes", "Live blocks with mappings of their own", "heap"],
    ["cached_bytes", "Free, kept for threads", "free"],
    ["free_bytes", "Free, elsewhere in arenas", "free"],
    ["undivided_bytes", "Free or the allocator's own", "free"],
    ["allocator_bytes", "The allocator's own", "free"],
    ["own_mappings_bytes", "Own mappings", "own"],
    ["stacks_bytes", "Stacks", "own"],
    ["files_bytes", "Program, libraries, files", "files"],
    ["shared_bytes", "Shared memory", "files"],
    ["leakwatch_bytes", "leakwatch", "other"],
    ["other_bytes", "vDSO, devices", "other"],
    ["uncounted_bytes", "Uncounted", "other"],
];

function proportionBar(parts, label) {
    const bar = element("div", { class: "proportions", role: "img", "aria-label": label });
    for (const { tone, value, title } of parts) {
        const part = element("span", { class: `part ${tone}`, title });
        part.style.flexGrow = String(value);
        bar.append(part);
    }
    return bar;
}

function pinText(pin) {
    return `${exactSize(pin.bytes)} at ${pin.address}, ${sizeText(pin.distance_bytes)} below the top`;
}

function pinView(pin) {
    return pin ? stackOpening(`Held up by a block of ${pinText(pin)}`, pin.stack, { content: pin.content }) : null;
}

function fragmentationView(fragmentation) {
    if (!fragmentation) return null;
    return element(
        "div",
        { class: "callout warning" },
        element("strong", {}, "A heap in pieces makes the process large. "),
        `${sizeText(fragmentation.free_bytes)} are free inside the allocator beside ${sizeText(fragmentation.live_bytes)} ` +
            `in live blocks; ` +
            `malloc_trim would give back ${sizeText(fragmentation.returnable_bytes)}.`,
        pinView(fragmentation.pin),
    );
}

function arenaTable(arenas) {
    return table(
        "Arenas",
        [
            {
                title: "Arena",
                cell: (arena) => `${arena.address}${arena.main ? " (main)" : ""}${arena.left_out ? ", left out" : ""}`,
            },
            { title: "From the system", number: true, cell: (arena) => size(arena.system_bytes) },
            { title: "Live", number: true, cell: (arena) => size(arena.live.bytes) },
            { title: "Cached", number: true, cell: (arena) => size(arena.cached_bytes) },
            { title: "In bins", number: true, cell: (arena) => size(arena.binned_bytes) },
            { title: "Top", number: true, cell: (arena) => size(arena.top_bytes) },
            {
                title: "Could be given back",
                number: true,
                cell: (arena) => (arena.resident ? size(arena.resident.returnable_bytes) : ""),
            },
        ],
        arenas,
    );
}

function mappingTable(mappings) {
    return table(
        "Largest own mappings",
        [
            { title: "Address", cell: (mapping) => mapping.address },
            { title: "Name", cell: (mapping) => (mapping.name ? foreign(mapping.name) : "") },
            { title: "Size", number: true, cell: (mapping) => size(mapping.bytes) },
            { title: "In RAM", number: true, cell: (mapping) => size(mapping.resident_bytes) },
        ],
        mappings,
    );
}

function memoryView(process) {
    const { memory, heap } = process;
    const parts = RESIDENT_PARTS.map(([member, title, tone]) => ({ title, tone, value: memory.resident[member] })).filter(
        ({ value }) => value !== undefined && value !== 0,
    );
    return element(
        "article",
        { class: "process-part" },
        element("h3", {}, processName(process), " ", element("span", { class: "hint" }, `${sizeText(memory.rss_bytes)} in RAM`)),
        proportionBar(
            parts.filter(({ value }) => value > 0).map((part) => ({ ...part, title: `${part.title}: ${sizeText(part.value)}` })),
            `Parts of the memory in RAM, as in the table below`,
        ),
        table(
            "Memory in RAM",
            [
                {
                    title: "In RAM",
                    cell: ({ title, tone }) => element("span", {}, element("span", { class: `dot ${tone}` }), title),
                },
                { title: "Size", number: true, cell: ({ value }) => size(value) },
                { title: "Share", number: true, cell: ({ value }) => (value > 0 ? percentText(value, memory.rss_bytes) : "") },
            ],
            parts,
        ),
        memory.undivided_reason ? note(foreign(memory.undivided_reason)) : null,
        fragmentationView(memory.fragmentation),
        facts([
            ["Swapped out", memory.swapped_bytes ? size(memory.swapped_bytes) : null],
            ["Huge pages", memory.huge_pages_bytes ? size(memory.huge_pages_bytes) : null],
            ["Page tables", size(memory.page_tables_bytes)],
            ["Allocator", memory.allocator ? foreign(memory.allocator) : null],
            ["Run time", memory.runtime ? foreign(memory.runtime) : null],
        ]),
        memory.largest_own_mappings.length ? mappingTable(memory.largest_own_mappings) : null,
        heap.usage?.by_arena ? arenaTable(heap.usage.by_arena) : null,
    );
}
