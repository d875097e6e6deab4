// The flame graph of leak records: whose calls took the bytes, or the blocks, that are left.

const FLAME_DEPTH = 150; // frames; recorded stacks have at most 128
const FLAME_NODES = 20000;
const FLAME_SMALLEST = 1 / 5000; // of the whole: less than half a pixel of the graph

// Stacks as a tree, outermost call first.
function flameTree(records, measure) {
    const root = { name: "all", value: 0, children: new Map() };
    for (const { leak } of records) {
        const value = leak[measure];
        let node = root;
        root.value += value;
        const start = Math.min(leak.stack.length, FLAME_DEPTH) - 1;
        for (let i = start; i >= 0; i--) {
            const frame = leak.stack[i];
            const name = frameName(frame);
            let child = node.children.get(name);
            if (child === undefined) {
                child = { name, module: frame.module, value: 0, children: new Map() };
                node.children.set(name, child);
            }
            child.value += value;
            node = child;
        }
        if (start < 0)
            addLeaf(root, leak.content ?? "stack not known", value);
    }
    return root;
}

function addLeaf(node, name, value) {
    const leaf = node.children.get(name) ?? { name, module: null, value: 0, children: new Map() };
    leaf.value += value;
    node.children.set(name, leaf);
}

// The tree for the chart: the largest children first, those too small to be seen as one.
function prunedTree(node, least, budget) {
    const children = [...node.children.values()].sort((a, b) => b.value - a.value);
    const kept = [];
    let small = 0;
    let smallValue = 0;
    for (const child of children) {
        if (child.value >= least && budget.nodes > 0) {
            budget.nodes--;
            kept.push(prunedTree(child, least, budget));
        } else {
            small++;
            smallValue += child.value;
        }
    }
    if (smallValue > 0)
        kept.push({ name: small === 1 ? "a small one" : `${countText(small)} small ones`, module: null, value: smallValue, children: [] });
    return { name: shortened(visible(node.name)), module: node.module, value: node.value, children: kept };
}

// Modules differ in hue: cold ones, as the program itself is warm.
function moduleHue(module) {
    let hash = 7;
    for (let i = 0; i < module.length; i++)
        hash = (hash * 31 + module.charCodeAt(i)) >>> 0;
    return 150 + (hash % 150);
}

function flameColor(chroma, hue) {
    return `light-dark(oklch(86% ${chroma} ${hue}), oklch(45% ${chroma} ${hue}))`;
}

class FlameGraph {
    #chart = null;
    #width = 0;
    #tree = null;
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
        this.#reset = element("button", { type: "button", disabled: true, onclick: () => this.#chart.resetZoom() }, "Whole graph");
        this.#frame = element("div", { class: "flame", tabindex: "0", role: "application",
            "aria-label": "Flame graph. Arrow keys move between frames, Enter zooms in, Escape shows the whole graph.",
            onkeydown: (event) => this.#key(event), onfocus: () => this.#focus(this.#focused ?? this.#root()) });
        this.node = element("div", {},
            element("div", { class: "tools" },
                choice("measure", "Width by", [["bytes", "Bytes"], ["blocks", "Blocks"]], "bytes", (measure) => {
                    this.#measure = measure;
                    onMeasure();
                }), this.#reset),
            this.#frame, this.#details);
        new ResizeObserver(() => this.#resize()).observe(this.#frame);
    }

    show(records) {
        const whole = flameTree(records, this.#measure);
        this.#tree = prunedTree(whole, whole.value * FLAME_SMALLEST, { nodes: FLAME_NODES });
        this.#draw();
    }

    #resize() {
        if (this.#tree !== null && this.#frame.clientWidth !== this.#width)
            this.#draw();
    }

    #draw() {
        this.#width = this.#frame.clientWidth;
        this.#frame.replaceChildren();
        this.#reset.disabled = true;
        this.#focused = null;
        this.#describe(null);
        if (this.#tree.value === 0 || this.#width === 0)
            return;
        this.#chart = charts.flamegraph().width(this.#width).cellHeight(20).inverted(true).minFrameSize(0.5)
            .transitionDuration(matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250)
            .setColorMapper((node) => this.#color(node)).setLabelHandler((node) => this.#label(node))
            .setDetailsHandler((label) => this.#describe(label)).onClick((node) => this.#zoomed(node))
            .resetHeightOnZoom(true);
        this.#selection = charts.select(this.#frame).datum(this.#tree);
        this.#selection.call(this.#chart);
    }

    #color(node) {
        if (node === this.#focused)
            return "var(--flame-focus)";
        const module = node.data.module;
        if (!module)
            return "var(--flame-none)";
        const tint = node.data.name.length % 5;
        return this.#executables.has(module) ? flameColor(0.09, 45 + tint * 8) : flameColor(0.05, moduleHue(module) + tint * 2);
    }

    #label(node) {
        const value = this.#measure === "bytes" ? sizeText(node.data.value) : plural(node.data.value, "block");
        const module = node.data.module ? `, ${shortened(visible(node.data.module), 80)}` : "";
        return `${node.data.name}: ${value}, ${percentText(node.data.value, this.#tree.value)}${module}`;
    }

    #describe(label) {
        this.#details.textContent = label ?? "Click a frame to zoom in. Outermost calls are on top.";
    }

    #zoomed(node) {
        this.#reset.disabled = node.depth === 0;
        this.#focused = node;
    }

    // ---- By keyboard ----

    #root() {
        return this.#frame.firstChild ? this.#selection.datum() : null;
    }

    #focus(node) {
        this.#focused = node;
        if (node === null)
            return;
        this.#chart.update();
        this.#describe(this.#label(node));
    }

    #key(event) {
        const node = this.#focused ?? this.#root();
        if (node === null)
            return;
        const siblings = node.parent?.children.filter((sibling) => sibling.value > 0) ?? [node];
        const beside = (step) => siblings[siblings.indexOf(node) + step] ?? node;
        const moves = {
            ArrowUp: () => node.parent ?? node,
            ArrowDown: () => node.children?.[0] ?? node,
            ArrowLeft: () => beside(-1),
            ArrowRight: () => beside(1),
        };
        if (event.key in moves)
            this.#focus(moves[event.key]());
        else if (event.key === "Enter")
            this.#chart.zoomTo(node);
        else if (event.key === "Escape")
            this.#chart.resetZoom();
        else
            return;
        event.preventDefault();
    }
}
