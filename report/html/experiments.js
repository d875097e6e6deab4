// What came of looking again and again, of failing allocations, and of the question who points at a block.

// ---- --repeat and --confirm ----

const STOPPED = {
    count: "as many looks as were wanted",
    interrupted: "interrupted",
    "process-ended": "the process ended",
    failed: "a look failed",
};

function signedSize(bytes) {
    return bytes > 0 ? `+${sizeText(bytes)}` : sizeText(bytes);
}

function growthView(growth) {
    const chart =
        growth.series.length > 1
            ? new TimeChart({
                  label: "Live and lost memory from look to look",
                  seconds: growth.series.map((look) => look.at_ns / 1e9),
                  series: [
                      {
                          label: "Live",
                          values: growth.series.map((look) => look.live.bytes),
                          color: "var(--series-live)",
                          scale: "bytes",
                      },
                      {
                          label: "Lost",
                          values: growth.series.map((look) => look.lost.bytes),
                          color: "var(--definite)",
                          scale: "bytes",
                      },
                  ],
                  limits: [],
              })
            : null;
    const node = element(
        "div",
        {},
        note(
            `${plural(growth.looks, "look")}, ${durationText(growth.interval_ns)} between them; `,
            `${STOPPED[growth.stopped] ?? growth.stopped}.`,
        ),
        chart?.node,
        growth.groups.length
            ? table(
                  "Groups that changed",
                  [
                      { title: "Blocks", cell: (group) => foreign(group.content) },
                      { title: "First", number: true, cell: (group) => size(group.first.bytes) },
                      { title: "Last", number: true, cell: (group) => size(group.last.bytes) },
                      { title: "Grown", number: true, cell: (group) => signedSize(group.grown.bytes) },
                      { title: "A second", number: true, cell: (group) => signedSize(Math.round(group.bytes_per_second)) },
                      {
                          title: "Lost all the time",
                          number: true,
                          cell: (group) => (group.survived.bytes ? size(group.survived.bytes) : ""),
                      },
                  ],
                  growth.groups,
              )
            : note("No group has changed."),
    );
    return { node, charts: chart ? [chart] : [] };
}

// ---- --fail-alloc ----

const OUTCOME_TONES = { ok: "good", status: "plain", leak: "warning", error: "bad", hang: "bad", crash: "bad" };

function failRunContent(run) {
    return element(
        "div",
        {},
        facts([
            ["End", endText(run.end)],
            ["Crash", run.crash_signal ? `${run.crash_signal}${run.crash_in_child ? " in a child" : ""}` : null],
        ]),
        run.failed
            ? [element("h4", {}, `The allocation that failed: ${exactSize(run.failed.bytes)}`), stackList(run.failed.stack)]
            : note("None failed."),
        run.records.map((leak) => [
            element("h4", {}, `${exactSize(leak.bytes)} in ${plural(leak.blocks, "block")}: ${leak.kind}`),
            stackList(leak.stack, { truncated: leak.stack_truncated, content: leak.content }),
        ]),
        run.errors.map((error) => [element("h4", {}, ERROR_TITLES[error.kind] ?? error.kind), stackList(error.stack)]),
    );
}

function failGroupItem(group, runs) {
    const first = runs.get(group.runs[0]);
    const stack = first?.failed?.stack ?? [];
    return {
        summary: [
            badge(group.outcome, OUTCOME_TONES[group.outcome] ?? "plain"),
            " ",
            element("span", { class: "label" }, `${plural(group.runs.length, "run")}: allocation ${firstNumbers(group.runs, 8)}`),
            " ",
            element("bdi", { class: "chain" }, chainText(stack)),
        ],
        content: () => (first ? failRunContent(first) : note("Nothing more is known.")),
    };
}

function failAllocView(failAlloc) {
    const runs = new Map(failAlloc.runs.map((run) => [run.n, run]));
    return element(
        "div",
        {},
        facts([
            ["Allocations of the program", countText(failAlloc.allocations)],
            ["Ended because", failAlloc.stopped.replaceAll("-", " ")],
            ...Object.entries(failAlloc.outcomes).map(([outcome, count]) => [outcome, plural(count, "run")]),
        ]),
        openingList(failAlloc.groups, (group) => failGroupItem(group, runs)),
    );
}

// ---- --who-points-at ----

function variableText({ symbol, symbol_offset: offset, module_offset: moduleOffset }) {
    return symbol ? `${visible(symbol)}+${offset ?? 0}` : `offset ${moduleOffset}`;
}

function holderText(step) {
    const place = {
        block: () =>
            step.block ? `block of ${exactSize(step.block.size)} at ${step.block.address}+${step.block_offset ?? 0}` : "a block",
        data: () => `${variableText(step)} in ${visible(baseName(step.module ?? ""))}`,
        stack: () => `stack of thread ${step.thread ?? "?"}, ${step.stack_offset} bytes above the stack pointer`,
        register: () => `register ${step.register} of thread ${step.thread ?? "?"}`,
    };
    const where = place[step.holder]?.() ?? `${step.holder}${step.address ? ` at ${step.address}` : ""}`;
    return `${where} → +${step.target_offset}`;
}

function pathView(path) {
    return element(
        "ol",
        { class: "stack" },
        path.steps.map((step, index) => [
            path.left_out > 0 && path.left_out_at === index
                ? element("li", { class: "hint" }, `${plural(path.left_out, "step")} left out`)
                : null,
            element(
                "li",
                {},
                shortened(holderText(step)),
                step.block?.content ? [" ", foreign(step.block.content, "place")] : null,
                step.block?.stack.length ? stackOpening("taken at", step.block.stack) : null,
            ),
        ]),
    );
}

function pointerCounts({ roots, blocks, lost_blocks: lost }) {
    return `${plural(roots, "root")}, ${plural(blocks, "reachable block")} and ${plural(lost, "lost block")} point to it`;
}

function pointersItem({ process, item }, several) {
    return {
        summary: [
            element("span", { class: "label" }, item.address),
            " ",
            element("span", { class: "hint" }, item.found ? pointerCounts(item) : "lies in no live block"),
            fromProcess(several, process),
        ],
        content: () =>
            element(
                "div",
                {},
                item.block
                    ? [
                          facts([
                              ["Block", `${exactSize(item.block.size)} at ${item.block.address}`],
                              ["Kind", item.block.kind],
                              ["Taken with", item.block.allocator],
                          ]),
                          stackList(item.block.stack, { content: item.block.content }),
                      ]
                    : null,
                (item.paths ?? []).map((path) => [element("h4", {}, "A path from a root"), pathView(path)]),
                item.lost?.length
                    ? [element("h4", {}, "Lost blocks that point to it"), pathView({ steps: item.lost, left_out: 0 })]
                    : null,
            ),
    };
}
