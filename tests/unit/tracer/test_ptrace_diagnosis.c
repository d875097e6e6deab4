/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tracer/kernel/ptrace_diagnosis.h"

static const struct {
    struct ptrace_circumstances circumstances;
    const char *must_say;
} cases[] = {
    {{.error = EPERM, .tracer = 42, .tracer_name = "gdb", .yama_scope = -1}, "process 42 (gdb) traces it already"},
    {{.error = EPERM, .yama_scope = 3, .capable = true}, "ptrace_scope = 3"},
    {{.error = EPERM, .yama_scope = 2}, "ptrace_scope = 2"},
    {{.error = EPERM, .yama_scope = 1, .seccomp = 2}, "seccomp filter"},
    {{.error = ENOSYS, .yama_scope = -1, .seccomp = 2}, "seccomp filter"},
    {{.error = EPERM, .yama_scope = 1}, "security module"},
    {{.pid = 9, .error = EPERM, .yama_scope = 1}, "only its ancestors"},
    {{.pid = 9, .error = EPERM, .yama_scope = 1, .foreign = true, .owner = 33},
     "cannot attach to process 9: it belongs to user 33"},
    {{.pid = 9, .error = EPERM, .undumpable = true}, "not dumpable"},
    {{.pid = 9, .error = EPERM, .capable = true, .foreign = true}, "security module"},
    {{.pid = 9, .error = EPERM, .kernel_thread = true}, "thread of the kernel"},
    {{.pid = 9, .error = EPERM, .zombie = true}, "ended already"},
    {{.pid = 9, .error = ESRCH, .missing = true}, "no such process"},
    {{.pid = 9, .error = ESRCH, .missing = true, .inside = 4711}, "process 4711 has that number in a PID namespace"},
    {{.pid = 9, .error = ESRCH, .missing = true, .pid_namespace = true}, "no such process in this PID namespace"},
    {{.pid = 9, .error = EPERM, .capable = true, .user_namespace = true}, "user namespace of its own"},
    {{.pid = 9, .error = EPERM, .foreign = true, .owner = 33, .user_namespace = true}, "it belongs to user 33"},
    {{.error = EPERM, .yama_scope = 2, .capable = true}, "security module"},
    {{.error = ESRCH, .yama_scope = 1}, "no such process"},
};

Test(ptrace_diagnosis, each_cause_is_named)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = ptrace_diagnosis(&cases[i].circumstances);
        cr_assert_not_null(strstr(text, cases[i].must_say), "case %zu: %s", i, text);
        cr_assert_null(strchr(text, '\n'));
        free(text);
    }
}
