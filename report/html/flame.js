// The flame graph of leak records: whose calls took the bytes, or the blocks, that are left.

const FLAME_DEPTH = 150; // frames; recorded stacks have at most 128
const FLAME_NODES = 20000;
const FLAME_SMALLEST = 1 / 5000; // of the whole: less than half a pixel of the graph

class FlameNode {
    value = 0;
    children = new Map(); // by name

    constructor(name, module, parent) {
        this.name = name;
        this.module = module;
        this.parent = parent;
    }

    child(name, module) {
        let child = this.children.get(name);
        if (child === undefined) {
            child = new FlameNode(name, module, this);
            this.children.set(name, child);
        }
        return child;
    }
}

// Stacks as a tree, outermost call first.
function flameTree(records, measure) {
    const root = new FlameNode("all", null, null);
    for (const record of records) {
        const { leak } = record;
        const value = record[measure];
        let node = root;
        root.value += value;
        const start = Math.min(leak.stack.length, FLAME_DEPTH) - 1;
        if (leak.stack.length > FLAME_DEPTH) {
            node = node.child("further callers", null);
            node.value += value;
        }
        for (let i = start; i >= 0; i--) {
            node = node.child(frameName(leak.stack[i]), leak.stack[i].module);
            node.value += value;
        }
        if (start < 0) root.child(leak.content ?? "stack not known", null).value += value;
    }
    return root;
}

// A node as the chart wants it. `value` is its width, `amount` what it stands for; `coarse`: not all below it is there.
function chartNode(source, children, more) {
    return {
        name: shortened(visible(briefName(source.name))),
        full: shortened(visible(source.name)),
        module: source.module,
        source,
        value: source.value,
        amount: source.value,
        children,
        ...more,
    };
}

// The tree below a node for the chart: the largest children first, those too small to be seen as one.
function prunedTree(source, least, budget) {
    const kept = [];
    let small = 0;
    let smallValue = 0;
    for (const child of [...source.children.values()].sort((a, b) => b.value - a.value)) {
        if (child.value >= least && budget.nodes > 0) {
            budget.nodes--;
            kept.push(prunedTree(child, least, budget));
        } else {
            small++;
            smallValue += child.value;
        }
    }
    const coarse = smallValue > 0 || kept.some((child) => child.coarse);
    if (smallValue > 0) {
        const name = small === 1 ? "a small one" : `${countText(small)} small ones`;
        kept.push({ name, full: name, module: null, source, value: smallValue, amount: smallValue });
    }
    return chartNode(source, kept, { coarse });
}

// The tree for a chart that is zoomed in to a node: all of its width is that node's, below those that lead to it.
function zoomedTree(source) {
    let tree = prunedTree(source, source.value * FLAME_SMALLEST, { nodes: FLAME_NODES });
    for (let above = source.parent; above !== null; above = above.parent)
        tree = chartNode(above, [tree], { value: source.value, coarse: true, fade: true });
    return tree;
}

// Modules differ in hue: cold ones, as the program itself is warm.
function moduleHue(module) {
    let hash = 7;
    for (let i = 0; i < module.length; i++) hash = (hash * 31 + module.charCodeAt(i)) >>> 0;
    return 150 + (hash % 150);
}

function flameColor(chroma, hue) {
    return `light-dark(oklch(86% ${chroma} ${hue}), oklch(45% ${chroma} ${hue}))`;
}

class FlameGraph {
    #chart = null;
    #width = 0;
    #root = null;
    #shown = null; // what the chart was made for: all of its details are there
    #focused = null;
    #measure = "bytes";
    #executables;
    #selection = null;
    #details;
    #reset;
    #frame;

    constructor(executables, onMeasure) {
        this.#executables = executables;
        this.#details = element("p", { class: "flame-details", role: "status", "aria-live": "polite" });
        this.#reset = element("button", { type: "button", disabled: true, onclick: () => this.#showWhole() }, "Whole graph");
        this.#frame = element("div", {
            class: "flame",
            tabindex: "0",
            role: "application",
            "aria-label": "Flame graph. Arrow keys move between frames, Enter zooms in, Escape shows the whole graph.",
            onkeydown: (event) => this.#key(event),
            onfocus: () => this.#focus(this.#focused ?? this.#topmost()),
        });
        this.node = element(
            "div",
            {},
            element(
                "div",
                { class: "tools" },
                choice(
                    "measure",
                    "Width by",
                    [
                        ["bytes", "Bytes"],
                        ["blocks", "Blocks"],
                    ],
                    "bytes",
                    (measure) => {
                        this.#measure = measure;
                        onMeasure();
                    },
                ),
                this.#reset,
            ),
            this.#frame,
            this.#details,
        );
        new ResizeObserver(() => this.#resize()).observe(this.#frame);
    }

    show(records) {
        this.#root = flameTree(records, this.#measure);
        this.#draw(this.#root);
    }

    #showWhole() {
        if (this.#shown === this.#root) this.#chart.resetZoom();
        else this.#draw(this.#root);
    }

    #resize() {
        if (this.#root !== null && this.#frame.clientWidth !== this.#width) this.#draw(this.#shown);
    }

    #draw(source) {
        this.#shown = source;
        this.#width = this.#frame.clientWidth;
        this.#frame.replaceChildren();
        this.#reset.disabled = source === this.#root;
        this.#focused = null;
        this.#describe(null);
        if (source.value === 0 || this.#width === 0) return;
        this.#chart = charts
            .flamegraph()
            .width(this.#width)
            .cellHeight(20)
            .inverted(true)
            .minFrameSize(0.5)
            .transitionDuration(matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250)
            .setColorMapper((node) => this.#color(node))
            .setLabelHandler((node) => this.#label(node))
            .setDetailsHandler((label) => this.#describe(label))
            .onClick((node) => this.#zoomed(node))
            .resetHeightOnZoom(true);
        this.#selection = charts.select(this.#frame).datum(zoomedTree(source));
        this.#selection.call(this.#chart);
    }

    #color(node) {
        if (node === this.#focused) return "var(--flame-focus)";
        const module = node.data.module;
        if (!module) return "var(--flame-none)";
        const tint = node.data.name.length % 5;
        return this.#executables.has(module) ? flameColor(0.09, 45 + tint * 8) : flameColor(0.05, moduleHue(module) + tint * 2);
    }

    #label(node) {
        const { amount } = node.data;
        const value = this.#measure === "bytes" ? sizeText(amount) : plural(amount, "block");
        const module = node.data.module ? `, ${shortened(visible(node.data.module), 80)}` : "";
        return `${node.data.full}: ${value}, ${percentText(amount, this.#root.value)}${module}`;
    }

    #describe(label) {
        this.#details.textContent = label ?? "Click a frame to zoom in. Outermost calls are on top.";
    }

    // What was too small to be told apart may not be any more.
    #zoomed(node) {
        const { source, coarse } = node.data;
        this.#reset.disabled = node.depth === 0;
        this.#focused = node;
        if (!coarse || source === this.#shown) return;
        this.#draw(source);
        this.#focused = this.#topmost().find((other) => other.data.source === source);
    }

    // ---- By keyboard ----

    #topmost() {
        return this.#frame.firstChild ? this.#selection.datum() : null;
    }

    #focus(node) {
        this.#focused = node;
        if (node === null) return;
        this.#chart.update();
        this.#describe(this.#label(node));
    }

    #key(event) {
        const node = this.#focused ?? this.#topmost();
        if (node === null) return;
        const siblings = node.parent?.children.filter((sibling) => sibling.value > 0) ?? [node];
        const beside = (step) => siblings[siblings.indexOf(node) + step] ?? node;
        const moves = {
            ArrowUp: () => node.parent ?? node,
            ArrowDown: () => node.children?.[0] ?? node,
            ArrowLeft: () => beside(-1),
            ArrowRight: () => beside(1),
        };
        if (event.key in moves) this.#focus(moves[event.key]());
        else if (event.key === "Enter") this.#chart.zoomTo(node);
        else if (event.key === "Escape") this.#showWhole();
        else return;
        event.preventDefault();
    }
}
