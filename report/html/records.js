// Leak records of all processes in a form that is fast to search: equal frames are one object, and each knows its text in lower case.

const KINDS = [
    { name: "definite", fate: "definitely lost" },
    { name: "indirect", fate: "indirectly lost" },
    { name: "possible", fate: "possibly lost" },
    { name: "reachable", fate: "still reachable" },
    { name: "suppressed", fate: "suppressed" },
];
const KIND_ORDER = Object.fromEntries(KINDS.map(({ name }, index) => [name, index]));

class FrameTable {
    #known = new Map();

    // The one object for all frames that are equal.
    shared(frame) {
        const key = `${frame.address}\n${frame.function}\n${frame.line}\n${frame.module}\n${frame.file}`;
        let known = this.#known.get(key);
        if (known === undefined) {
            known = frame;
            known.index = this.#known.size;
            known.searched = `${frameName(frame)}\n${framePlace(frame)}\n${frame.module ?? ""}`.toLowerCase();
            this.#known.set(key, known);
        }
        return known;
    }

    // For each frame, by its index: 1 if its text has `term` in it.
    matching(term) {
        const matches = new Uint8Array(this.#known.size);
        for (const frame of this.#known.values())
            matches[frame.index] = frame.searched.includes(term) ? 1 : 0;
        return matches;
    }
}

class RecordTable {
    #frames = new FrameTable();
    records = [];

    constructor(processes) {
        for (const process of processes)
            for (const leak of process.leaks.records)
                this.records.push(this.#record(process, leak));
    }

    #record(process, leak) {
        leak.stack = leak.stack.map((frame) => this.#frames.shared(frame));
        return {
            process, leak,
            bytes: leak.bytes + leak.indirect.bytes,
            blocks: leak.blocks + leak.indirect.blocks,
            searched: `${leak.kind} ${leak.allocator} ${leak.content ?? ""} ${process.pid}`.toLowerCase(),
        };
    }

    // The records of a process (null: of all) and of a set of kinds that have each word of the query somewhere.
    select(process, kinds, query) {
        const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
        const matches = terms.map((term) => ({ term, frames: this.#frames.matching(term) }));
        return this.records.filter((record) => (process === null || record.process === process) && kinds.has(record.leak.kind) &&
            matches.every(({ term, frames }) =>
                record.searched.includes(term) || record.leak.stack.some((frame) => frames[frame.index])));
    }
}

// How records can be sorted; each compares so that what matters most comes first.
const ORDERS = {
    kind: (a, b) => KIND_ORDER[a.leak.kind] - KIND_ORDER[b.leak.kind] || b.bytes - a.bytes,
    bytes: (a, b) => b.bytes - a.bytes,
    blocks: (a, b) => b.blocks - a.blocks,
};
