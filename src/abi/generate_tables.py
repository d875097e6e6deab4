#!/usr/bin/env python3
"""usage: generate_tables.py (--source | --header | --decoders) FILE.def...

Turns the descriptions of system calls, constants and structures into C tables. README.md has the grammar; what is wrong with a line is
said with its place.
"""
import re
import sys

CLASSES = ["file", "desc", "network", "process", "signal", "ipc", "memory", "creds", "stat", "lstat", "fstat", "stat_like", "statfs",
           "fstatfs", "statfs_like", "clock", "pure"]
# What a call does to the resources of its process: + makes, - releases, ~ changes.
EFFECTS = {"fd+": "FD_OPENS", "fd-": "FD_CLOSES", "fd~": "FD_CHANGES", "maps+": "MAPS", "maps-": "UNMAPS", "maps~": "REMAPS",
           "lock+": "LOCKS", "lock-": "UNLOCKS", "shm+": "SHM_MAKES", "shm-": "SHM_REMOVES", "sem+": "SEM_MAKES", "sem-": "SEM_REMOVES",
           "mq+": "QUEUE_MAKES", "mq-": "QUEUE_REMOVES", "timer+": "TIMER_MAKES", "timer-": "TIMER_REMOVES", "proc+": "FORKS",
           "proc-": "REAPS", "exec": "EXECS", "exit": "EXITS", "never_fails": "NEVER_FAILS"}
# name of a scalar type -> (kind, bytes)
SCALARS = {"s8": ("SIGNED", 1), "s16": ("SIGNED", 2), "s32": ("SIGNED", 4), "int": ("SIGNED", 4), "s64": ("SIGNED", 8),
           "long": ("SIGNED", 8), "u8": ("UNSIGNED", 1), "u16": ("UNSIGNED", 2), "u32": ("UNSIGNED", 4), "uint": ("UNSIGNED", 4),
           "u64": ("UNSIGNED", 8), "ulong": ("UNSIGNED", 8), "size": ("UNSIGNED", 8), "x8": ("HEX", 1), "x16": ("HEX", 2),
           "x32": ("HEX", 4), "x64": ("HEX", 8), "o32": ("OCTAL", 4), "o64": ("OCTAL", 8), "addr": ("ADDRESS", 8), "fd": ("FD", 4),
           "dirfd": ("DIRFD", 4), "pid": ("PID", 4), "uid": ("ID", 4), "gid": ("ID", 4), "signal": ("SIGNAL", 4),
           "mode": ("MODE", 2), "file_mode": ("FILE_MODE", 4), "file_mode16": ("FILE_MODE", 2), "dev": ("DEVICE", 8), "dev32": ("DEVICE", 4), "none": ("NONE", 0)}
NUMBER = re.compile(r"-?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$")
TOKEN = re.compile(r"\s*([A-Za-z_0-9.-]+|[\[\]()*:,@])")
SELECTOR = re.compile(r"(\w+)(?:&(\w+))?=([\w|]+)$")


def fail(place, message):
    sys.exit(f"{place}: {message}")


def number(text, place):
    text = text.strip()
    shift = re.match(r"(\w+)\s*<<\s*(\w+)$", text)
    if shift:
        return number(shift[1], place) << number(shift[2], place)
    if not NUMBER.match(text):
        fail(place, f"'{text}' is no number")
    if re.match(r"-?0[0-7]+$", text):
        return int(text.replace("-0", "-0o", 1) if text[0] == "-" else "0o" + text, 8)
    return int(text, 0)


class Types:
    """All types that were met; equal ones are one C object."""

    def __init__(self):
        self.rows = {}

    def add(self, **members):
        text = ", ".join(f".{name} = {value}" for name, value in members.items())
        return "&types[%d]" % self.rows.setdefault(text, len(self.rows))


class TypeParser:
    """One type at the beginning of a text. `names` are the arguments or fields that a length may refer to."""

    def __init__(self, tables, text, place, names):
        self.tables, self.place, self.names = tables, place, names
        self.register = None  # of an argument that is not shown in its place
        self.tokens = TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s+", "", text):
            fail(place, f"cannot read '{text}'")

    def fail(self, message):
        fail(self.place, message)

    def peek(self):
        return self.tokens[0] if self.tokens else ""

    def take(self):
        if not self.tokens:
            self.fail("the line ends too early")
        return self.tokens.pop(0)

    def accept(self, token):
        if self.peek() == token:
            return self.tokens.pop(0)
        return None

    def expect(self, token):
        if not self.accept(token):
            self.fail(f"'{token}' expected before '{self.peek()}'")

    def length(self):
        """[3], [count], [*length] (what an argument points to), [ret]; nothing: no length."""
        if not self.accept("["):
            return "{LENGTH_NONE}"
        how = "LENGTH_POINTED" if self.accept("*") else "LENGTH_MEMBER"
        word = self.take()
        self.expect("]")
        if NUMBER.match(word):
            return "{LENGTH_CONSTANT, %d}" % number(word, self.place)
        if word == "ret":
            return "{LENGTH_RESULT}"
        if word not in self.names:
            self.fail(f"'{word}' is no argument or field here")
        return "{%s, %d}" % (how, self.names.index(word))

    def set_name(self):
        name = self.take()
        self.tables.used_sets.append((name, self.place))
        return f"&set_{name}"

    def parse(self):
        direction = "DIRECTION_IN"
        if self.peek() in ("in", "out", "inout"):
            direction = "DIRECTION_" + self.take().upper()
        members = self.parse_kind()
        if direction != "DIRECTION_IN":
            members["direction"] = direction
        detail = self.parse_details(members)
        if self.tokens:
            self.fail(f"'{self.tokens[0]}' is too much")
        return self.tables.types.add(**members), detail

    def parse_details(self, members):
        """What stands behind a type, in any order. Returns whether there is `detail`."""
        detail = False
        while self.tokens:
            if self.accept("when"):
                members["condition"] = "CONDITION_" + self.tables.condition(self.take())
            elif self.accept("named"):
                members["named"] = "true"
            elif self.accept("@"):
                self.register = number(self.take(), self.place)
            elif self.accept("detail"):
                detail = True
            else:
                break
        return detail

    def parse_kind(self):
        word = self.take()
        if word == "*":
            return {"kind": "TYPE_POINTER", "size": 8, "element": self.inner()}
        if word in SCALARS:
            kind, size = SCALARS[word]
            return {"kind": "TYPE_" + kind, "size": size}
        match = re.match(r"(flags|enum)(8|16|32|64)?$", word)
        if match:
            return {"kind": "TYPE_" + match[1].upper(), "size": int(match[2] or 32) // 8, "set": self.set_name()}
        if word in ("path", "string"):
            return {"kind": "TYPE_" + word.upper(), "size": 8}
        if word in ("bytes", "sigset"):
            return {"kind": "TYPE_" + word.upper(), "size": 8, "length": self.length()}
        if word == "chars":
            length = self.length()
            return {"kind": "TYPE_CHARS", "size": int(re.search(r"(\d+)\}", length)[1]), "length": length}
        if word == "array":
            element = self.inner()
            return {"kind": "TYPE_ARRAY", "element": element, "length": self.length()}
        if word == "struct":
            name = self.take()
            self.tables.used_structs.append((name, self.place))
            return {"kind": "TYPE_STRUCT", "layout": f"&struct_{name}"}
        if word == "custom":
            name = self.take()
            return {"kind": "TYPE_CUSTOM", "size": 8, "decoder": "DECODER_" + self.tables.decoder(name), "length": self.length()}
        return self.fail(f"'{word}' is no type")

    def inner(self):
        members = self.parse_kind()
        return self.tables.types.add(**members)


class Tables:
    def __init__(self):
        self.types, self.calls, self.sets, self.structs = Types(), {}, {}, {}
        self.variants = {}
        self.decoders, self.conditions, self.used_sets, self.used_structs = [], [], [], []

    def decoder(self, name):
        if name not in self.decoders:
            self.decoders.append(name)
        return name

    def condition(self, name):
        if name not in self.conditions:
            self.conditions.append(name)
        return name

    # ---- Reading -------------------------------------------------------------------------------------------------------------

    def read(self, path):
        block = None
        with open(path, encoding="utf-8") as file:
            for line_number, line in enumerate(file, 1):
                place, text = f"{path}:{line_number}", line.split("#")[0].rstrip()
                if not text:
                    continue
                if text[0].isspace():
                    if block is None:
                        fail(place, "this line belongs to nothing")
                    block.append((place, text.strip()))
                elif text[0].isdigit():
                    block = None
                    self.read_call(place, text)
                else:
                    block = self.begin_block(place, text.split())

    def begin_block(self, place, words):
        where, name = (self.sets if words[0] in ("flags", "enum") else self.structs), words[1]
        if words[0] not in ("flags", "enum", "struct") or len(words) != 3:
            fail(place, "expected: NUMBER name(...), or flags|enum NAME UNKNOWN, or struct NAME SIZE")
        if name in where:
            fail(place, f"{words[0]} {name} is there already")
        where[name] = (words[0], words[2], [], place)
        return where[name][2]

    def read_call(self, place, text):
        match = re.match(r"(\d+)\s+(\w+)\((.*)\)\s*->\s*([^;]+?)\s*;\s*([^;]*?)\s*(?:;\s*(.*?)\s*)?$", text)
        if not match:
            fail(place, "expected: NUMBER name(argument: type, ...) -> type; classes; effects")
        call_number, name, arguments, result, classes, effects = match.groups()
        pairs = [part.split(":", 1) for part in arguments.split(",") if part.strip()]
        if len(pairs) > 6 or any(len(pair) != 2 for pair in pairs):
            fail(place, "expected at most six of 'argument: type'")
        names, selector = self.selector(pairs)
        parsers = [TypeParser(self, pair[1], place, names) for pair in pairs]
        types = [parser.parse()[0] for parser in parsers]
        registers = [i if parser.register is None else parser.register for i, parser in enumerate(parsers)]
        for word in classes.split() + (effects or "").split():
            if word not in CLASSES and word not in EFFECTS:
                fail(place, f"'{word}' is no class and no effect")
        note, result = re.match(r"(?:(\w+)\s*:)?\s*(.*)$", result).groups()
        result = TypeParser(self, result, place, names).parse()[0]
        call = [name, list(zip(names, types, registers)), result, note, classes.split(), (effects or "").split()]
        if selector:
            self.add_variants(int(call_number), call, selector, place)
        elif int(call_number) in self.calls:
            fail(place, f"call {call_number} is there already")
        else:
            self.calls[int(call_number)] = call

    @staticmethod
    def selector(pairs):
        """The names of the arguments, and (argument, mask, values, type) of the one that has `=VALUE`."""
        names, selector = [], None
        for i, pair in enumerate(pairs):
            match = SELECTOR.match(pair[0].strip())
            names.append(match[1] if match else pair[0].strip())
            if match:
                selector = (i, match[2], match[3].split("|"), pair[1])
        return names, selector

    def add_variants(self, call_number, call, selector, place):
        """The same call where an argument has one of these values; all such lines must choose by the same bits of the same argument."""
        argument, mask, values, type_text = selector
        if call_number not in self.calls:
            fail(place, "first the call in general, then by the values of an argument")
        call[4:] = self.calls[call_number][4:]
        mask = number(mask, place) if mask else 0xffffffff
        kind, rows = self.variants.setdefault(call_number, ((argument, mask), []))
        if kind != (argument, mask):
            fail(place, "other lines choose by another argument")
        for value in values:
            rows.append((value if NUMBER.match(value) else (type_text.split()[-1], value), call, place))

    def variant_value(self, value, place):
        if isinstance(value, str):
            return number(value, place)
        set_name, name = value
        lines = self.sets[set_name][2] if set_name in self.sets else []
        found = [text.split(None, 1)[1] for _, text in lines if text.split(None, 1)[0] == name]
        if not found:
            fail(place, f"there is no '{name}' in '{set_name}'")
        return number(found[0], place)

    def check(self):
        for used, defined, what in ((self.used_sets, self.sets, "flags or enum"), (self.used_structs, self.structs, "struct")):
            for name, place in used:
                if name not in defined:
                    fail(place, f"there is no {what} '{name}'")

    # ---- Writing -------------------------------------------------------------------------------------------------------------

    def set_source(self, name):
        kind, unknown, lines, _ = self.sets[name]
        rows = []
        for place, text in lines:
            words = text.split(None, 1)
            if len(words) != 2:
                fail(place, "expected: NAME VALUE")
            rows.append((words[0].replace("~", " "), number(words[1], place)))
        if kind == "enum":
            kept = {}
            for row in rows:
                kept.setdefault(row[1], row)
            rows = sorted(kept.values(), key=lambda row: row[1])
        mark = "NULL" if unknown == "-" else f'"{unknown}"'
        out = [f"static const struct constant rows_{name}[] = {{"]
        out += [f'    {{UINT64_C({value & (1 << 64) - 1:#x}), "{constant}"}},' for constant, value in rows]
        out += ["};", f'const struct constant_set set_{name} = {{rows_{name}, {len(rows)}, {mark}}};', ""]
        return out

    def struct_source(self, name):
        _, size, lines, _ = self.structs[name]
        fields, names = [], []
        for place, text in lines:
            match = re.match(r"(\w+)\s*:\s*(.*?)\s*@\s*(\d+)\s*(detail)?$", text)
            if not match:
                fail(place, "expected: field: type @OFFSET [detail]")
            kind, detail = TypeParser(self, match[2], place, names).parse()
            names.append(match[1])
            detail = detail or bool(match[4])
            fields.append(f'    {{"{match[1]}", {kind}, {match[3]}, {"true" if detail else "false"}}},')
        return [f"static const struct struct_field fields_{name}[] = {{"] + fields + [
            "};", f'const struct struct_layout struct_{name} = {{"{name}", fields_{name}, {len(fields)}, {size}}};', ""]

    @staticmethod
    def row_source(call, more=""):
        name, arguments, result, note, classes, effects = call
        class_bits = " | ".join("CLASS_" + word.upper() for word in classes) or "0"
        effect_bits = " | ".join("EFFECT_" + EFFECTS[word] for word in effects) or "0"
        rows = ", ".join(f'{{"{argument}", {kind}, {register}}}' for argument, kind, register in arguments) or "{0}"
        return (f'{{.name = "{name}", .classes = {class_bits}, .effects = {effect_bits}, .result = {result}, '
                + (f'.result_note = "{note}", ' if note else "")
                + f'.argument_count = {len(arguments)}, .arguments = {{{rows}}}{more}}}')

    def variants_source(self, call_number):
        rows = [f"    {{{self.variant_value(value, place):#x}, {self.row_source(call)}}},"
                for value, call, place in self.variants[call_number][1]]
        return [f"static const struct syscall_variant variants_{call_number}[] = {{"] + rows + ["};", ""]

    def call_source(self, call_number):
        more = ""
        if call_number in self.variants:
            (argument, mask), rows = self.variants[call_number]
            more = (f", .variants = variants_{call_number}, .variant_count = {len(rows)}, .variant_argument = {argument}, "
                    f".variant_mask = {mask:#x}")
        return f"    [{call_number}] = {self.row_source(self.calls[call_number], more)},"

    def source(self):
        body = []
        for name in self.structs:
            body += self.struct_source(name)
        for call_number in sorted(self.variants):
            body += self.variants_source(call_number)
        calls = [self.call_source(call_number) for call_number in sorted(self.calls)]
        sets = []
        for name in self.sets:
            sets += self.set_source(name)
        self.check()
        types = [f"    {{{row}}}," for row in self.types.rows]
        return ['#include "abi/syscall_table.h"', '#include "abi_tables.h"', ""] + sets + [
            "static const struct type types[] = {"] + types + ["};", ""] + body + [
            "const struct syscall_row syscall_rows[SYSCALL_TABLE_SIZE] = {"] + calls + ["};"]

    def header(self):
        self.source()
        return ["#ifndef LEAKWATCH_ABI_TABLES_H", "#define LEAKWATCH_ABI_TABLES_H", "", '#include "abi/description.h"', ""] + [
            f"extern const struct constant_set set_{name};" for name in self.sets] + [
            f"extern const struct struct_layout struct_{name};" for name in self.structs] + [
            "", "/* The decoders and conditions that descriptions name; each is a function in src/syscalls. */",
            "enum decoder_id {", "    DECODER_NONE,"] + [f"    DECODER_{name}," for name in self.decoders] + [
            "    DECODERS,", "};", "enum condition_id {", "    CONDITION_NONE,"] + [
            f"    CONDITION_{name}," for name in self.conditions] + ["    CONDITIONS,", "};", "",
            "#define FOR_EACH_DECODER(X) " + " ".join(f"X({name})" for name in self.decoders),
            "#define FOR_EACH_CONDITION(X) " + " ".join(f"X({name})" for name in self.conditions), "", "#endif"]


def main():
    tables = Tables()
    for path in sys.argv[2:]:
        tables.read(path)
    print("\n".join(["/* Made by generate_tables.py. */"] + (tables.header() if sys.argv[1] == "--header" else tables.source())))


main()
