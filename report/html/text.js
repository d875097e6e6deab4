// Numbers and foreign text as people read them.

const numberFormat = new Intl.NumberFormat("en");
const SIZE_UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

// JSON has larger integers than JavaScript: what is beyond is said to be beyond.
function countText(number) {
    return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? numberFormat.format(number) : "over 9×10¹⁵";
}

function plural(number, noun, several = `${noun}s`) {
    return `${countText(number)} ${number === 1 ? noun : several}`;
}

// "1.2 MiB": three significant digits.
function sizeText(bytes) {
    let unit = 0;
    let value = Math.abs(bytes);
    while (value >= (unit === 0 ? 1024 : 1023.5) && unit < SIZE_UNITS.length - 1) {
        value /= 1024;
        unit++;
    }
    if (unit === 0) return plural(bytes, "byte");
    const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    const sign = bytes < 0 ? "−" : "";
    return `${sign}${value.toFixed(digits)} ${SIZE_UNITS[unit]}`;
}

function exactSize(bytes) {
    return plural(bytes, "byte");
}

function blocksText(amount) {
    return `${sizeText(amount.bytes)} in ${plural(amount.blocks, "block")}`;
}

function durationText(nanoseconds) {
    const seconds = nanoseconds / 1e9;
    if (seconds >= 3600) return `${countText(Math.floor(seconds / 3600))} h ${Math.floor(seconds / 60) % 60} min`;
    if (seconds >= 60) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
    if (seconds >= 1) return `${seconds.toFixed(seconds >= 10 ? 1 : 2)} s`;
    if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(seconds >= 0.1 ? 0 : 1)} ms`;
    return seconds > 0 ? `${(seconds * 1e6).toFixed(0)} µs` : "0 s";
}

function percentText(part, whole) {
    const percent = whole > 0 ? (part / whole) * 100 : 0;
    return percent >= 10 || percent === 0 ? `${percent.toFixed(0)}%` : percent >= 0.1 ? `${percent.toFixed(1)}%` : "<0.1%";
}

// "bytes" or "count", as the report's members "unit" have it.
function amountText(unit, value) {
    return unit === "bytes" ? sizeText(value) : countText(value);
}

// Characters that cannot be seen, or that change how others are seen: control characters, marks of direction, what has no width,
// and halves of pairs.
const HIDDEN = new RegExp(
    "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f" +
        "\\ufe00-\\ufe0f\\ufeff\\ufff9-\\uffff]" +
        "|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]",
    "g",
);
const NAMED = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

// A name that the program, its files or its debug information brought: each hidden character as an escape.
function visible(text) {
    return String(text).replace(
        HIDDEN,
        (character) => NAMED[character] ?? `\\u{${character.charCodeAt(0).toString(16).padStart(2, "0")}}`,
    );
}

const LONG_TEXT = 300;

// The beginning of a text that may be megabytes long.
function shortened(text, most = LONG_TEXT) {
    return text.length <= most ? text : `${text.slice(0, most)}…`;
}

// "1, 2, 3, …": the first ones of many.
function firstNumbers(numbers, most) {
    return numbers.slice(0, most).join(", ") + (numbers.length > most ? ", …" : "");
}

function baseName(path) {
    return path.slice(path.lastIndexOf("/") + 1) || path;
}

function commandText(words) {
    return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${visible(word).replaceAll("'", "'\\''")}'`)).join(" ");
}
