// Values over time, drawn by uPlot, with the limits that they met.

const CHART_HEIGHT = 260;

function styleValue(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Canvas knows no custom properties and no light-dark(): a probe element resolves them.
function resolvedColor(color) {
    const probe = element("span", { hidden: true });
    probe.style.color = color;
    document.body.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
}

// So that the marks of an axis are round numbers of bytes.
const POWERS_OF_TWO = Array.from({ length: 60 }, (_, power) => 2 ** power);

// "32 MiB" rather than "32.0 MiB".
function roundText(text) {
    return text.replace(/\.0+(?= )/, "");
}

// The scale of each axis must hold the limits, too, unless a limit is so far away that it would press all else flat.
const FAR_AWAY = 3;

function rangeWith(limits) {
    return (chart, least, most) => {
        const near = limits.map((limit) => limit.value).filter((value) => value <= (most || 1) * FAR_AWAY);
        return [0, Math.max(most ?? 0, ...near, 1) * 1.06];
    };
}

function drawLimits(chart, limits) {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.font = `${11 * devicePixelRatio}px ${styleValue("--sans")}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const { label, value, scale, color } of limits) {
        const y = chart.valToPos(value, scale, true);
        if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
        ctx.strokeStyle = ctx.fillStyle = resolvedColor(color);
        ctx.lineWidth = devicePixelRatio;
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
        ctx.fillText(shortened(visible(label), 60), bbox.left + 6 * devicePixelRatio, y - 2 * devicePixelRatio);
    }
    ctx.restore();
}

class TimeChart {
    #what;
    #chart = null;

    // what: { label, seconds: [number...], series: [{ label, values, color, scale: "bytes" | "count" }...],
    //         limits: [{ label, value, color, scale }...] }
    constructor(what) {
        this.#what = what;
        this.node = element("figure", { class: "time-chart", role: "img", "aria-label": what.label });
        new ResizeObserver(() => this.#resize()).observe(this.node);
    }

    // After a change of colours.
    draw() {
        this.#chart?.destroy();
        this.#chart = null;
        if (this.node.clientWidth > 0)
            this.#chart = new charts.uPlot(
                this.#options(),
                [this.#what.seconds, ...this.#what.series.map((one) => one.values)],
                this.node,
            );
    }

    #resize() {
        if (this.#chart === null) this.draw();
        else if (this.#chart.width !== this.node.clientWidth)
            this.#chart.setSize({ width: this.node.clientWidth, height: CHART_HEIGHT });
    }

    #axis(scale, side) {
        const text = scale === "bytes" ? sizeText : countText;
        return {
            scale,
            side,
            stroke: resolvedColor("var(--muted)"),
            size: 74,
            grid: { stroke: resolvedColor("var(--line)"), width: 1, show: side === 3 },
            ticks: { show: false },
            ...(scale === "bytes" ? { incrs: POWERS_OF_TWO } : {}),
            values: (chart, ticks) => ticks.map((tick) => roundText(text(tick))),
        };
    }

    #options() {
        const { series, limits } = this.#what;
        const scales = [...new Set(series.map((one) => one.scale))];
        const text = { bytes: sizeText, count: countText };
        return {
            width: this.node.clientWidth,
            height: CHART_HEIGHT,
            padding: [12, 28, 0, 0],
            scales: {
                x: { time: false },
                ...Object.fromEntries(
                    scales.map((scale) => [scale, { range: rangeWith(limits.filter((limit) => limit.scale === scale)) }]),
                ),
            },
            axes: [
                {
                    stroke: resolvedColor("var(--muted)"),
                    grid: { show: false },
                    ticks: { show: false },
                    values: (chart, ticks) => ticks.map((tick) => roundText(durationText(tick * 1e9))),
                },
                ...scales.map((scale, index) => this.#axis(scale, index === 0 ? 3 : 1)),
            ],
            series: [
                { label: "Time", value: (chart, value) => (value === null ? "–" : durationText(value * 1e9)) },
                ...series.map((one) => ({
                    label: one.label,
                    scale: one.scale,
                    stroke: resolvedColor(one.color),
                    width: 2,
                    points: { show: false },
                    value: (chart, value) => (value === null || value === undefined ? "–" : text[one.scale](value)),
                })),
            ],
            hooks: { draw: [(chart) => drawLimits(chart, limits)] },
            cursor: { drag: { x: true, y: false } },
        };
    }
}

// ---- Of a process ----

const SERIES = [
    { member: "live", label: "Live blocks", color: "var(--series-live)", scale: "bytes" },
    { member: "resident", label: "In RAM", color: "var(--series-resident)", scale: "bytes" },
    { member: "swapped", label: "Swapped out", color: "var(--suppressed)", scale: "bytes", optional: true },
    { member: "locked", label: "Locked", color: "var(--series-locked)", scale: "bytes", optional: true },
    { member: "mappings", label: "Mappings", color: "var(--series-mappings)", scale: "count" },
];

function hasTimeline(process) {
    return (process.timeline?.samples.length ?? 0) > 1;
}

// Thresholds that were crossed, and limits that were near, each once.
function metLimits(process) {
    const met = new Map();
    for (const { kind, limit } of process.thresholds)
        met.set(`--max-${kind}`, {
            label: `--max-${kind}=${amountText(thresholdUnit(kind), limit)}`,
            value: limit,
            scale: thresholdUnit(kind),
        });
    for (const { name, limit, unit } of process.limits)
        if (name !== undefined) met.set(name, { label: `${name}, ${amountText(unit, limit)}`, value: limit, scale: unit });
    return [...met.values()].map((limit) => ({ ...limit, color: "var(--definite)" }));
}

function growthNote({ growth }) {
    if (!growth) return null;
    const what = growth.of === "live" ? "Live memory" : "Memory in RAM and swap";
    const when = growth.seconds === null ? "some day" : `in ${durationText(growth.seconds * 1e9)}`;
    const effect = growth.effect ? ` (${growth.effect})` : "";
    const until = growth.limit === null ? "" : `; ${growth.limit} would be met ${when}${effect}`;
    return note(`${what} grew by ${sizeText(growth.bytes_per_second)} a second${until}.`);
}

function timelineView(process) {
    const { samples } = process.timeline;
    const series = SERIES.map((one) => ({ ...one, values: samples.map((sample) => sample[one.member] ?? null) })).filter(
        ({ values, optional }) => values.some((value) => (optional ? value > 0 : value !== null)),
    );
    const chart = new TimeChart({
        label: `${processName(process)}: ${series.map((one) => one.label).join(", ")} over time`,
        seconds: samples.map((sample) => Math.max(0, sample.at_ns - process.started_ns) / 1e9),
        series,
        limits: metLimits(process).filter((limit) => series.some((one) => one.scale === limit.scale)),
    });
    return {
        chart,
        node: element(
            "article",
            { class: "process-part" },
            element("h3", {}, processName(process)),
            growthNote(process.timeline),
            chart.node,
        ),
    };
}
