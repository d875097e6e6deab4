// The leak records of all processes, in a form that is fast to search: a few thousand frames are searched, not a million.

const KINDS = [
    { name: "definite", fate: "definitely lost" },
    { name: "indirect", fate: "indirectly lost" },
    { name: "possible", fate: "possibly lost" },
    { name: "reachable", fate: "still reachable" },
    { name: "suppressed", fate: "suppressed" },
];
const KIND_ORDER = Object.fromEntries(KINDS.map(({ name }, index) => [name, index]));

const STACK_MEMBERS = new Set(["stack", "allocated", "freed"]);

// The page has each frame once, and stacks as arrays of numbers: puts the frames into all stacks below `value`.
function resolveStacks(value, frames) {
    for (const [name, member] of Object.entries(value))
        if (STACK_MEMBERS.has(name) && typeof member[0] === "number") value[name] = member.map((number) => frames[number]);
        else if (member !== null && typeof member === "object") resolveStacks(member, frames);
}

// Takes the frames out of the report, each with its number as `index`.
function takeFrames(report) {
    const { frames } = report;
    delete report.frames;
    resolveStacks(report, frames);
    frames.forEach((frame, index) => {
        frame.index = index;
    });
    return frames;
}

class RecordTable {
    #searched; // of each frame: what a search looks at
    records;

    constructor(frames, processes) {
        this.#searched = frames.map((frame) => `${frameName(frame)}\n${framePlace(frame)}\n${frame.module ?? ""}`.toLowerCase());
        this.records = processes.flatMap((process) =>
            process.leaks.records.map((leak) => ({
                process,
                leak,
                bytes: leak.bytes + leak.indirect.bytes,
                blocks: leak.blocks + leak.indirect.blocks,
                searched: `${leak.kind} ${leak.allocator} ${leak.content ?? ""} ${process.pid}`.toLowerCase(),
            })),
        );
    }

    // By one of ORDERS, for all that is selected from now on.
    sort(order) {
        this.records.sort(ORDERS[order]);
    }

    // The records of a process (null: of all) and of a set of kinds that have each word of the query somewhere.
    select(process, kinds, query) {
        const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
        const matches = terms.map((term) => ({ term, frames: this.#searched.map((text) => text.includes(term)) }));
        return this.records.filter(
            (record) =>
                (process === null || record.process === process) &&
                kinds.has(record.leak.kind) &&
                matches.every(
                    ({ term, frames }) => record.searched.includes(term) || record.leak.stack.some((frame) => frames[frame.index]),
                ),
        );
    }
}

// How records can be sorted; each compares so that what matters most comes first.
const ORDERS = {
    kind: (a, b) => KIND_ORDER[a.leak.kind] - KIND_ORDER[b.leak.kind] || b.bytes - a.bytes,
    bytes: (a, b) => b.bytes - a.bytes,
    blocks: (a, b) => b.blocks - a.blocks,
};
