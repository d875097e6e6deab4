/* SPDX-License-Identifier: MIT */
#include "exec_attempt.h"

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"
#include "environment.h"
#include "exec_file.h"

enum {
    ENTRIES_MAX = 1 << 20,       /* pointers of an environment; the kernel takes at most a fourth of the stack */
    ENTRY_SIZE_MAX = 128 * 1024, /* MAX_ARG_STRLEN of the kernel */
    RED_ZONE = 128,              /* below the stack pointer, still in use (System V ABI for AMD64, 3.2.2) */
};

static __attribute__((format(printf, 2, 3))) void add_reason(struct exec_attempt *attempt, const char *format, ...)
{
    va_list arguments;
    char text[512];

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    attempt->reasons = xreallocarray(attempt->reasons, attempt->reason_count + 1, sizeof *attempt->reasons);
    attempt->reasons[attempt->reason_count++] = xstrdup(text);
}

/* ---- What may be done ----------------------------------------------------------------------------------------------------- */

/* Explains why a file cannot take the shim. Returns true if it can. */
static bool is_preloadable(struct exec_attempt *attempt, const struct elf_image *image)
{
    switch (image->kind) {
    case ELF_PRELOADABLE:
        return true;
    case ELF_NOT:
        add_reason(attempt, "not an ELF program: what runs it is not known, its heap was not seen");
        return false;
    case ELF_OTHER_CLASS:
        add_reason(attempt, "not a 64-bit x86-64 program: its heap was not seen");
        return false;
    case ELF_STATIC:
        add_reason(attempt, "static executable: no heap is visible from outside");
        return false;
    case ELF_OTHER_LIBC:
        add_reason(attempt, "uses another C library than glibc (%s): its heap was not seen", image->interpreter);
        return false;
    case ELF_SANITIZER:
        add_reason(attempt, "built with a sanitizer that replaces the heap: its heap was not seen");
        return false;
    case ELF_OWN_MALLOC:
        add_reason(attempt, "defines malloc itself: its heap was not seen");
        return false;
    }
    return false;
}

/* The dynamic linker would complain on the program's standard error about a shim that it cannot open. */
static bool shim_is_visible(const struct session *session, pid_t tid)
{
    struct stat status;
    bool same = false;

    int file = exec_file_open_as(tid, session->shim.path);
    if (file >= 0) {
        same = fstat(file, &status) == 0 && status.st_ino == session->shim.inode;
        close(file);
    }
    return same;
}

static void decide(const struct session *session, const struct thread *thread, const struct exec_file *file,
                   struct exec_attempt *attempt, struct environment_wish *wish)
{
    *wish = (struct environment_wish){
        .shim_path = session->shim.path, .callers = session->settings->callers, .free_stacks = session->settings->free_stacks};
    /* Programs that the launched one runs in processes of their own are not what is tested. */
    if (thread->process->pid == session->launch.pid) {
        wish->fail_first = session->settings->fail_first;
        wish->fail_last = session->settings->fail_last;
    }
    if (!file->readable) {
        add_reason(attempt, "the executable cannot be read: its heap was not seen");
        return;
    }
    wish->no_leak_sanitizer = file->image.leak_sanitizer;
    if (file->image.leak_sanitizer)
        add_reason(attempt, "LeakSanitizer inside the program was switched off (detect_leaks=0): it cannot work under a tracer");
    if (!is_preloadable(attempt, &file->image))
        return;
    if (file->privileged)
        add_reason(attempt,
                   "set-user-ID, set-group-ID or file capabilities%s: no library may be loaded into it, its heap was not seen",
                   session->launch.report->no_new_privileges ? " (without effect while traced without CAP_SYS_ADMIN)" : "");
    else if (session->shim.path && !shim_is_visible(session, thread->tid))
        add_reason(attempt, "the program cannot open %s (another root directory, or no permission): its heap was not seen",
                   session->shim.path);
    else
        wish->preload = session->shim.path && session_reports_next(session, thread->process);
}

/* ---- The environment in the tracee ---------------------------------------------------------------------------------------- */

struct tracee_environment {
    uint64_t *pointers; /* without the NULL at the end */
    size_t count, capacity;
    size_t index[ENVIRONMENT_NAMES]; /* of the entries, where present */
    struct environment entries;
};

static void look_at_entry(struct tracee_memory *memory, struct tracee_environment *environment, size_t index)
{
    const struct memory_view view = tracee_memory_view(memory);
    char start[24];

    size_t got = memory_read(&view, environment->pointers[index], start, sizeof start);
    for (int name = 0; name < ENVIRONMENT_NAMES; name++) {
        const char *prefix = environment_prefixes[name];
        if (environment->entries.entries[name] || got < strlen(prefix) || memcmp(start, prefix, strlen(prefix)) != 0)
            continue;
        environment->entries.entries[name] = tracee_memory_string(memory, environment->pointers[index], ENTRY_SIZE_MAX);
        environment->index[name] = index;
    }
}

/* Returns false if the array cannot be read. */
static bool read_environment(struct tracee_memory *memory, uint64_t address, struct tracee_environment *environment)
{
    const struct memory_view view = tracee_memory_view(memory);
    enum { BATCH = 64 };
    uint64_t batch[BATCH];

    while (address != 0 && environment->count < ENTRIES_MAX) {
        size_t got = memory_read(&view, address, batch, sizeof batch) / sizeof *batch;
        if (got == 0)
            return false;
        for (size_t i = 0; i < got; i++) {
            if (batch[i] == 0)
                return true;
            environment->pointers =
                xgrow(environment->pointers, &environment->capacity, environment->count + 1, sizeof *environment->pointers);
            environment->pointers[environment->count] = batch[i];
            look_at_entry(memory, environment, environment->count++);
        }
        address += got * sizeof *batch;
    }
    return address == 0;
}

static bool same_entry(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* What is written into the tracee: strings first, then the array of pointers. */
struct environment_image {
    char *bytes;
    size_t strings_size, array_size;
};

static size_t size_of_strings(const struct environment *original, const struct environment *changed)
{
    size_t size = 0;

    for (int name = 0; name < ENVIRONMENT_NAMES; name++)
        if (changed->entries[name] && !same_entry(original->entries[name], changed->entries[name]))
            size += strlen(changed->entries[name]) + 1;
    return (size + 7) & ~(size_t)7;
}

/* Builds the new strings and array as they will stand at `address`. */
static void build_image(struct tracee_environment *environment, const struct environment *changed, uint64_t address,
                        struct environment_image *image)
{
    char *string = image->bytes;
    uint64_t *array = (uint64_t *)(void *)(image->bytes + image->strings_size);
    size_t count = 0;

    for (int name = 0; name < ENVIRONMENT_NAMES; name++) {
        const char *original = environment->entries.entries[name], *entry = changed->entries[name];
        if (same_entry(original, entry))
            continue;
        uint64_t pointer = 0;
        if (entry) {
            pointer = address + (uint64_t)(string - image->bytes);
            string = stpcpy(string, entry) + 1;
        }
        if (original)
            environment->pointers[environment->index[name]] = pointer;
        else
            environment->pointers[environment->count++] = pointer;
    }
    for (size_t i = 0; i < environment->count; i++)
        if (environment->pointers[i] != 0)
            array[count++] = environment->pointers[i];
    image->array_size = (count + 1) * sizeof *array; /* the rest is zero already */
}

static bool save_memory(struct tracee_memory *memory, struct exec_attempt *attempt, uint64_t address, size_t size)
{
    const struct memory_view view = tracee_memory_view(memory);

    attempt->saved = xmalloc(size);
    attempt->saved_address = address;
    attempt->saved_size = size;
    return memory_read(&view, address, attempt->saved, size) == size;
}

/* execve has its environment in rdx, execveat in r10. */
static unsigned long long *environment_register(const struct thread *thread, struct user_regs_struct *registers)
{
    return thread->call == CALL_execveat ? &registers->r10 : &registers->rdx;
}

/* Puts the changed environment below the stack and points the call to it. Returns false if that cannot be. */
static bool install_environment(struct thread *thread, struct exec_attempt *attempt, struct tracee_environment *environment,
                                const struct environment *changed)
{
    struct tracee_memory *memory = &thread->process->space->memory;
    struct environment_image image = {.strings_size = size_of_strings(&environment->entries, changed)};
    struct user_regs_struct registers;

    environment->pointers =
        xgrow(environment->pointers, &environment->capacity, environment->count + ENVIRONMENT_NAMES, sizeof *environment->pointers);
    const size_t room = image.strings_size + (environment->count + ENVIRONMENT_NAMES + 1) * sizeof *environment->pointers;
    if (tracee_registers(thread->tid, &registers) != 0)
        return false;
    const uint64_t address = (registers.rsp - RED_ZONE - room) & ~UINT64_C(15);
    image.bytes = xcalloc(1, room);
    build_image(environment, changed, address, &image);
    unsigned long long *pointer = environment_register(thread, &registers);
    attempt->original_environment = *pointer;
    *pointer = address + image.strings_size;
    attempt->changed = save_memory(memory, attempt, address, image.strings_size + image.array_size) &&
                       tracee_memory_write(memory, address, image.bytes, image.strings_size + image.array_size) == 0 &&
                       tracee_set_registers(thread->tid, &registers) == 0;
    free(image.bytes);
    return attempt->changed;
}

static bool equal_environments(const struct environment *a, const struct environment *b)
{
    for (int name = 0; name < ENVIRONMENT_NAMES; name++)
        if (!same_entry(a->entries[name], b->entries[name]))
            return false;
    return true;
}

static void prepare_environment(struct thread *thread, struct exec_attempt *attempt, const struct environment_wish *wish)
{
    struct tracee_environment environment = {0};
    struct environment changed = {{NULL}};
    const uint64_t address = thread->call_arguments[thread->call == CALL_execveat ? 3 : 2];
    bool prepared = false;

    if (read_environment(&thread->process->space->memory, address, &environment)) {
        environment_plan(&environment.entries, wish, &changed);
        prepared =
            equal_environments(&environment.entries, &changed) || install_environment(thread, attempt, &environment, &changed);
    }
    attempt->preload = wish->preload && prepared;
    if (wish->preload && !prepared)
        add_reason(attempt, "the environment of the new program could not be changed: its heap was not seen");
    environment_finish(&changed);
    environment_finish(&environment.entries);
    free(environment.pointers);
}

/* ---- An attempt ----------------------------------------------------------------------------------------------------------- */

struct exec_attempt *exec_attempt_begin(struct session *session, struct thread *thread)
{
    const bool at = thread->call == CALL_execveat;
    const uint64_t *arguments = thread->call_arguments;
    struct exec_attempt *attempt = xcalloc(1, sizeof *attempt);
    struct environment_wish wish;
    struct exec_file file;

    char *path = tracee_memory_string(&thread->process->space->memory, arguments[at ? 1 : 0], PATH_MAX);
    const struct exec_name name = {
        .directory = at ? (int)arguments[0] : AT_FDCWD, .path = path, .flags = at ? (int)arguments[4] : 0};
    attempt->will_fail = !path || exec_file_examine(thread->tid, &name, &file) != 0;
    if (!attempt->will_fail) {
        decide(session, thread, &file, attempt, &wish);
        prepare_environment(thread, attempt, &wish);
    }
    free(path);
    return attempt;
}

void exec_attempt_undo(struct session *session, struct thread *thread)
{
    struct exec_attempt *attempt = thread->exec;
    struct user_regs_struct registers;

    if (attempt && attempt->changed) {
        tracee_memory_write(&thread->process->space->memory, attempt->saved_address, attempt->saved, attempt->saved_size);
        if (tracee_registers(thread->tid, &registers) == 0) {
            *environment_register(thread, &registers) = attempt->original_environment;
            tracee_set_registers(thread->tid, &registers);
        }
    }
    exec_attempt_destroy(attempt);
    thread->exec = NULL;
}

void exec_attempt_destroy(struct exec_attempt *attempt)
{
    if (!attempt)
        return;
    for (size_t i = 0; i < attempt->reason_count; i++)
        free(attempt->reasons[i]);
    free(attempt->reasons);
    free(attempt->saved);
    free(attempt);
}
