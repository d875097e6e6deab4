/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "suppression.h"

bool suppression_glob(const char *glob, const char *text)
{
    const char *star = NULL, *resume = NULL;

    while (*text != '\0') {
        if (*glob == '*') {
            star = ++glob;
            resume = text;
        } else if (*glob == '?' || *glob == *text) {
            glob++;
            text++;
        } else if (star != NULL) { /* let the last star take one more character */
            glob = star;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return *glob == '\0';
}

static const char *find(const char *text, const char *part, size_t length)
{
    return memmem(text, strlen(text), part, length);
}

/* The parts between stars must occur in this order; the first match of each is as good as any, but for the last if it must end the
 * text. */
bool suppression_template(const char *pattern, const char *text)
{
    bool at_start = *pattern == '^';

    if (at_start)
        pattern++;
    size_t length = strlen(pattern);
    bool at_end = length > 0 && pattern[length - 1] == '$';
    const char *end = pattern + length - at_end;
    for (bool first = true; pattern < end || first; first = false) {
        const char *star = memchr(pattern, '*', (size_t)(end - pattern));
        size_t part = (size_t)((star ? star : end) - pattern);
        if (star == NULL && at_end) {
            size_t rest = strlen(text);
            if (rest < part || (first && at_start && rest != part))
                return false;
            return memcmp(text + rest - part, pattern, part) == 0;
        }
        const char *found = first && at_start ? (strncmp(text, pattern, part) == 0 ? text : NULL) : find(text, pattern, part);
        if (found == NULL)
            return false;
        text = found + part;
        pattern = star ? star + 1 : end;
    }
    return true;
}

/* Our stacks begin at the caller of the allocation function. valgrind's begin at that function itself, which is valgrind's own
 * replacement; suppressions written for it name it so. */
static const char *const allocation_functions[] = {
    "malloc",
    "calloc",
    "realloc",
    "reallocarray",
    "memalign",
    "posix_memalign",
    "aligned_alloc",
    "valloc",
    "pvalloc",
    "_Znwm",
    "_ZnwmRKSt9nothrow_t",
    "_ZnwmSt11align_val_t",
    "_ZnwmSt11align_val_tRKSt9nothrow_t",
    "_Znam",
    "_ZnamRKSt9nothrow_t",
    "_ZnamSt11align_val_t",
    "_ZnamSt11align_val_tRKSt9nothrow_t",
};
static const char allocation_object[] = "/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so";
static const char allocation_source[] = "vg_replace_malloc.c";

static bool matches_allocation(const struct frame_pattern *pattern)
{
    switch (pattern->kind) {
    case PATTERN_FUNCTION:
        for (size_t i = 0; i < sizeof allocation_functions / sizeof *allocation_functions; i++)
            if (suppression_glob(pattern->text, allocation_functions[i]))
                return true;
        return false;
    case PATTERN_OBJECT:
        return suppression_glob(pattern->text, allocation_object);
    case PATTERN_SOURCE:
        return pattern->line == 0 && suppression_glob(pattern->text, allocation_source);
    default:
        return false;
    }
}

/* What is not known has this name, so that a lone * matches it. */
static bool glob_name(const char *glob, const char *name)
{
    return suppression_glob(glob, name ? name : "???");
}

static bool matches_source(const struct frame_pattern *pattern, const struct report_frame *frame)
{
    if (pattern->line != 0 && pattern->line != frame->line)
        return false;
    const char *slash = frame->file ? strrchr(frame->file, '/') : NULL;
    return glob_name(pattern->text, frame->file) || (slash && glob_name(pattern->text, slash + 1));
}

static bool matches_frame(const struct frame_pattern *pattern, const struct report_frame *frame)
{
    if (frame == NULL)
        return matches_allocation(pattern);
    switch (pattern->kind) {
    case PATTERN_FUNCTION:
        return glob_name(pattern->text, frame->linkage_name) || glob_name(pattern->text, frame->function);
    case PATTERN_OBJECT:
        return glob_name(pattern->text, frame->module);
    case PATTERN_SOURCE:
        return matches_source(pattern, frame);
    default:
        return false;
    }
}

/* A stack as the matcher sees it: with the allocation function as its innermost frame (NULL), or without. */
static const struct report_frame *frame_at(const struct report_stack *stack, bool with_allocation, size_t index)
{
    if (!with_allocation)
        return stack->frames[index];
    return index == 0 ? NULL : stack->frames[index - 1];
}

/* The patterns must match the innermost frames; further frames do not matter. The shortest match of what precedes a "..." is as
 * good as any, so it is enough to go back to the last one. */
static bool matches_stack(const struct suppression *suppression, const struct report_stack *stack, bool with_allocation)
{
    size_t frame_count = stack->frame_count + with_allocation;
    size_t pattern = 0, frame = 0, after_any = 0, resume = 0;
    bool any = false;

    while (pattern < suppression->pattern_count) {
        if (suppression->patterns[pattern].kind == PATTERN_ANY_FRAMES) {
            any = true;
            after_any = ++pattern;
            resume = frame;
        } else if (frame < frame_count && matches_frame(&suppression->patterns[pattern], frame_at(stack, with_allocation, frame))) {
            pattern++;
            frame++;
        } else if (any && resume < frame_count) {
            pattern = after_any;
            frame = ++resume;
        } else {
            return false;
        }
    }
    return true;
}

static bool template_names(const char *pattern, const char *name)
{
    return name != NULL && suppression_template(pattern, name);
}

static bool matches_template(const char *pattern, const struct report_stack *stack)
{
    for (size_t i = 0; i < stack->frame_count; i++) {
        const struct report_frame *frame = stack->frames[i];
        if (template_names(pattern, frame->function) || template_names(pattern, frame->linkage_name) ||
            template_names(pattern, frame->file) || template_names(pattern, frame->module))
            return true;
    }
    return false;
}

bool suppression_matches(const struct suppression *suppression, enum leak_kind kind, const struct report_stack *stack)
{
    if (!(suppression->kinds & 1u << kind))
        return false;
    if (suppression->patterns[0].kind == PATTERN_TEMPLATE)
        return matches_template(suppression->patterns[0].text, stack);
    return matches_stack(suppression, stack, true) || matches_stack(suppression, stack, false);
}
