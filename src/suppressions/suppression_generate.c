/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "suppressions.h"

/* valgrind reads no more. */
#define FRAMES_MAX 24

/* How the allocation function is called in valgrind's stacks, which begin there. */
static const char *allocation_glob(const char *allocator)
{
    if (strcmp(allocator, "new") == 0)
        return "_Znw*";
    return strcmp(allocator, "new[]") == 0 ? "_Zna*" : "*alloc*";
}

/* A ? stands for any byte: for those that a suppression cannot hold (newlines, blanks at the ends), and for all that are not plain
 * ASCII, since people will look at this in a terminal. */
static void print_text(FILE *stream, const char *text)
{
    for (const char *at = text; *at; at++) {
        bool plain = *at > ' ' && *at < 0x7f;
        putc(plain || (*at == ' ' && at > text && at[1] != '\0') ? *at : '?', stream);
    }
}

static void print_frame(FILE *stream, const struct report_frame *frame)
{
    if (frame->linkage_name != NULL || frame->function != NULL) {
        fputs("   fun:", stream);
        print_text(stream, frame->linkage_name ? frame->linkage_name : frame->function);
    } else if (frame->module != NULL) {
        fputs("   obj:", stream);
        print_text(stream, frame->module);
    } else {
        fputs("   obj:*", stream);
    }
    putc('\n', stream);
}

/* valgrind's stacks end there. */
static bool is_main(const struct report_frame *frame)
{
    return frame->linkage_name != NULL && strcmp(frame->linkage_name, "main") == 0;
}

char *suppression_generate(enum leak_kind kind, const char *allocator, const struct report_stack *stack)
{
    static const char *const kinds[LEAK_KINDS] = {"definite", "indirect", "possible", "reachable", "all"};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    if (stream == NULL)
        return xstrdup("");
    fprintf(stream, "{\n   <name>\n   Memcheck:Leak\n   match-leak-kinds: %s\n   fun:%s\n", kinds[kind],
            allocation_glob(allocator));
    for (size_t i = 0; i < stack->frame_count && i < FRAMES_MAX - 1; i++) {
        print_frame(stream, stack->frames[i]);
        if (is_main(stack->frames[i]))
            break;
    }
    fputs("}\n", stream);
    fclose(stream);
    return text ? text : xstrdup("");
}
