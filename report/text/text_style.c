/* SPDX-License-Identifier: MIT */
#include "text_style.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "report/encoding/harmless_text.h"

void text_print(const struct text_writer *writer, enum text_style style, const char *format, ...)
{
    static const char *const codes[] = {
        [STYLE_STRONG] = "1", [STYLE_BAD] = "1;31", [STYLE_WARNING] = "1;33", [STYLE_GOOD] = "1;32", [STYLE_FAINT] = "2"};
    bool colored = writer->view->color && style != STYLE_PLAIN;
    va_list arguments;

    if (colored)
        fprintf(writer->stream, "\033[%sm", codes[style]);
    va_start(arguments, format);
    vfprintf(writer->stream, format, arguments);
    va_end(arguments);
    if (colored)
        fputs("\033[0m", writer->stream);
}

void text_foreign_bytes(const struct text_writer *writer, const char *text, size_t size)
{
    struct harmless_part part;

    for (const char *end = text + size; text < end;) {
        text += harmless_part(text, end, &part);
        fwrite(part.text, 1, part.size, writer->stream);
    }
}

void text_foreign(const struct text_writer *writer, const char *text)
{
    text_foreign_bytes(writer, text, strlen(text));
}

void text_path(const struct text_writer *writer, const char *path)
{
    const char *directory = writer->view->directory;
    size_t length = directory ? strlen(directory) : 0;

    if (length > 1 && strncmp(path, directory, length) == 0 && path[length] == '/' && path[length + 1] != '\0')
        path += length + 1;
    text_foreign(writer, path);
}

/* As a shell would take it: a quote within quotes ends them, stands escaped, and begins them again. */
static void print_quoted(const struct text_writer *writer, const char *word)
{
    size_t length;

    putc('\'', writer->stream);
    for (; word[length = strcspn(word, "'")] == '\''; word += length + 1) {
        text_foreign_bytes(writer, word, length);
        fputs("'\\''", writer->stream);
    }
    text_foreign(writer, word);
    putc('\'', writer->stream);
}

void text_command(const struct text_writer *writer, char *const *words)
{
    for (size_t i = 0; words && words[i]; i++) {
        if (i > 0)
            putc(' ', writer->stream);
        if (words[i][0] == '\0' || strpbrk(words[i], " \t\n'\"\\$`*?[]{}()<>|&;#~!") != NULL)
            print_quoted(writer, words[i]);
        else
            text_foreign(writer, words[i]);
    }
}

struct text_number text_number(uint64_t value)
{
    struct text_number number;
    char digits[32];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, value);
    char *to = number.text;

    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return number;
}

struct text_amount text_amount(struct leak_amount amount)
{
    struct text_amount text;

    snprintf(text.text, sizeof text.text, "%s byte%s in %s block%s", text_number(amount.bytes).text, text_plural(amount.bytes),
             text_number(amount.blocks).text, text_plural(amount.blocks));
    return text;
}

struct text_number text_seconds(uint64_t nanoseconds)
{
    struct text_number seconds;
    uint64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 >= 500000);

    snprintf(seconds.text, sizeof seconds.text, "%" PRIu64 ".%03u s", milliseconds / 1000, (unsigned)(milliseconds % 1000));
    return seconds;
}

const char *text_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

const char *text_moment(const struct report_process *process)
{
    switch (process->end) {
    case END_RUNNING:
        return "now";
    case END_SIGNAL:
        return "at death";
    case END_EXEC:
        return "at exec";
    case END_DETACHED:
        return "at detach";
    default:
        return "at exit";
    }
}
