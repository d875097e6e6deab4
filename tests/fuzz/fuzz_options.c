/* SPDX-License-Identifier: MIT
 *
 * Options wherever they may stand. The first byte says what the others are: the words of LEAKWATCH_OPTIONS or of a file of options,
 * those of VALGRIND_OPTS, a command line (words with NULs between them), one value (of each kind that there is), or the name of a
 * report with its patterns. They are taken, or refused with a message; and what was taken is in the ranges that the rest relies on.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "heap/leak_scan.h"
#include "model/report_gate.h"
#include "program/options/compat_options.h"
#include "program/options/option_value.h"
#include "program/options/options.h"
#include "program/options/output_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS_MAX 64

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What every way to say something may say. */
static void check_options(const struct options *options)
{
    const unsigned kinds = 1U << LEAK_DEFINITE | 1U << LEAK_INDIRECT | 1U << LEAK_POSSIBLE | 1U << LEAK_REACHABLE;

    require((options->show_kinds & ~kinds) == 0 && (options->error_kinds & ~kinds) == 0);
    require(options->num_callers >= 1 && options->num_callers <= OPTIONS_CALLERS_MAX);
    require(options->contents <= OPTIONS_CONTENTS_MAX && options->confirm <= OPTIONS_CONFIRM_MAX);
    require(options->error_exitcode <= 255 && options->warn_percent <= 100);
    require(options->fail_alloc.first <= options->fail_alloc.last);
    for (size_t i = 0; i < options->gates.count; i++)
        require(options->gates.items[i].metric && options->gates.items[i].text);
}

static void check_outcome(const struct options *options, int result, char *error)
{
    require((result == 0) == (error == NULL) && (result == 0 || result == -EINVAL));
    require(error == NULL || *error != '\0');
    if (result == 0)
        check_options(options);
    free(error);
}

static void take_text(const char *text, int (*parse)(struct options *, const char *, const char *, char **), bool compat)
{
    char program[] = "valgrind", *words[] = {program, NULL}, *error = NULL;
    struct options options;

    if (compat)
        options_init_for(&options, 1, words);
    else
        options_init(&options);
    const int result = parse(&options, text, "fuzz", &error);
    check_outcome(&options, result, error);
    options_finish(&options);
}

static void take_command_line(char *text, size_t size)
{
    char program[] = "leakwatch", *words[WORDS_MAX + 2] = {program}, *error = NULL;
    struct options options;
    int count = 1;

    for (char *word = text; word < text + size && count <= WORDS_MAX; word += strlen(word) + 1)
        words[count++] = word;
    options_init_for(&options, count, words);
    const int result = options_parse(&options, count, words, &error);
    check_outcome(&options, result, error);
    if (result == 0 && (options.command == COMMAND_RUN || options.command == COMMAND_ATTACH))
        require(options.program && options.program[0]);
    require(options.command != COMMAND_ATTACH || options.attach.pid > 0 || result != 0);
    options_finish(&options);
}

static void take_value(const char *text, size_t size)
{
    struct fail_alloc_range range;
    struct realtime_from from;
    struct gate gate;
    uint64_t wide;
    unsigned number;

    require(option_value_size(text, &wide) != 0 || wide > 0);
    require(option_value_percent(text, &number) != 0 || (number >= 1 && number <= 100));
    require(option_value_number(text, 3, 300, &number) != 0 || (number >= 3 && number <= 300));
    require(option_value_kinds(text, &number) != 0 || number >> LEAK_KINDS == 0);
    require(option_value_fail_alloc(text, &range) != 0 || (range.first >= 1 && range.first <= range.last));
    require(option_value_choice("one|two|three", text) < 3);
    option_value_time(text, &wide);
    option_value_address(text, &wide);
    option_value_realtime_from(text, &from);
    if (gate_parse(text, size, &gate)) {
        require(gate.metric && strlen(gate.text) == strnlen(text, size));
        gate_finish(&gate);
    }
}

static void take_name(const char *text)
{
    char *error = NULL, *name = output_name_expand(text, 4711, &error);

    require((name == NULL) == (error != NULL));
    if (name && strchr(text, '%') == NULL)
        require(strcmp(name, text) == 0);
    if (name && output_name_is_by_process(text))
        require(strstr(name, "4711") != NULL);
    free(name);
    free(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    /* A copy of exact size with the NUL that is behind all of these. */
    char *text = malloc(size);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    switch ((uint8_t)(data[0] - '0') % 5) { /* so that seeds can be read */
    case 0:
        take_text(text, options_parse_text, false);
        break;
    case 1:
        take_text(text, compat_options_parse_text, true);
        break;
    case 2:
        take_command_line(text, size);
        break;
    case 3:
        take_value(text, size - 1);
        break;
    default:
        take_name(text);
        break;
    }
    free(text);
    return 0;
}
