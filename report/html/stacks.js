// Frames and stacks.

const FRAMES_AT_ONCE = 40;

function frameName(frame) {
    return frame.function ?? (frame.module ? `${baseName(frame.module)}+${frame.offset}` : frame.address);
}

const BRIEF_MOST = 1000; // characters of a name that are looked at

// Without arguments of templates and types of parameters: "core::Cache<…>::get". Names with operators in them stay as they are.
function briefName(name) {
    if (/operator|\(anonymous/.test(name)) return name;
    let brief = "";
    let depth = 0;
    for (const character of name.slice(0, BRIEF_MOST)) {
        if (character === "<" || character === "(") {
            brief += depth === 0 && character === "<" ? "<…>" : "";
            depth++;
        } else if (character === ">" || character === ")") {
            depth--;
        } else if (depth === 0) {
            brief += character;
        }
        if (depth < 0) return name;
    }
    return brief.trim() || name;
}

function framePlace(frame) {
    if (frame.file) return frame.line ? `${frame.file}:${frame.line}` : frame.file;
    return frame.module ?? "";
}

// The innermost frame in the program itself; or else the innermost that has a name.
function tellingFrame(stack, executable) {
    const isOwn = (frame) => frame.module === executable && frame.file && !frame.file.startsWith("/usr/");
    return (
        stack.find(isOwn) ??
        stack.find((frame) => frame.module === executable && frame.function) ??
        stack.find((frame) => frame.function) ??
        stack[0]
    );
}

// The place as it is shown; a line number would be drawn into a name that runs from right to left.
function placeView(frame, path = (file) => file) {
    return element(
        "span",
        { class: "place" },
        foreign(path(frame.file ?? frame.module ?? "")),
        frame.file && frame.line ? `:${frame.line}` : null,
    );
}

function frameItem(frame) {
    return element(
        "li",
        { title: shortened(visible(`${frame.address} in ${frame.module ?? "no module"}`)) },
        foreign(frameName(frame), "function"),
        " ",
        placeView(frame),
        frame.inlined ? element("span", { class: "hint" }, " inlined") : null,
    );
}

// A stack as a list; what comes after the first frames is made on demand. `content` is said where there is no stack.
function stackList(stack, { truncated = false, content = null } = {}) {
    if (stack.length === 0)
        return content ? element("p", { class: "stackless" }, foreign(content)) : note("The stack is not known.");
    const list = element("ol", { class: "stack" });
    let shown = 0;
    const more = element("button", { type: "button", class: "more", onclick: () => showMore() });
    const showMore = () => {
        append(list, stack.slice(shown, shown + FRAMES_AT_ONCE).map(frameItem));
        shown = Math.min(stack.length, shown + FRAMES_AT_ONCE);
        more.hidden = shown === stack.length;
        more.textContent = `Show more of ${countText(stack.length)} frames`;
    };
    showMore();
    return element("div", {}, list, more, truncated ? note("There were more callers than were recorded.") : null);
}

// "build ← main", for one line.
function chainText(stack, most = 4) {
    const names = stack.slice(0, most).map((frame) => shortened(visible(briefName(frameName(frame))), 60));
    return names.join(" ← ") + (stack.length > most ? " ← …" : "");
}

// A stack as one line that opens.
function stackOpening(label, stack, options) {
    return opening(
        [
            element("span", { class: "label" }, label),
            " ",
            element("bdi", { class: "chain" }, stack.length ? chainText(stack) : (options?.content ?? "stack not known")),
        ],
        () => stackList(stack, options),
        "stack-opening",
    );
}

// The call sites with most live bytes at some moment, of thresholds and limits.
function siteList(sites) {
    return element(
        "div",
        { class: "sites" },
        sites.map((site) => stackOpening(`${sizeText(site.bytes)} live in ${plural(site.blocks, "block")}`, site.stack)),
    );
}
