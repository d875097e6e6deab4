/* SPDX-License-Identifier: MIT
 * Suppression files: whatever is in them, they are read or refused with a place, and what was read can be asked. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "suppressions/suppressions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct report_frame inner = {
        .module = "/lib/libc.so.6", .function = "ns::take(int)", .linkage_name = "_ZN2ns4takeEi", .file = "/src/a.c", .line = 7};
    static const struct report_frame outer = {.module = "/bin/app", .function = "main", .linkage_name = "main"};
    static const struct report_frame unknown = {.address = 1};
    static const struct report_frame *const frames[] = {&inner, &outer, &unknown, &inner, &outer};
    struct report_stack stack = {frames, 5, false};
    struct suppressions *set = suppressions_create();
    char *error = NULL;
    int result = suppressions_parse(set, (const char *)data, size, "fuzz", &error);

    if ((result != 0) != (error != NULL) || (result != 0 && (suppressions_number(set) != 0 || strncmp(error, "fuzz:", 5) != 0)))
        abort();
    for (enum leak_kind kind = LEAK_DEFINITE; kind <= LEAK_REACHABLE; kind++)
        if (suppressions_match(set, kind, &stack) >= (int)suppressions_number(set))
            abort();
    free(error);
    suppressions_destroy(set);
    return 0;
}
