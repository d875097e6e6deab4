/* SPDX-License-Identifier: MIT */
#include "library_requests.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "library_file.h"
#include "library_root.h"

/* A program may look for files all day long. */
enum { REQUESTS_MAX = 20000, ATTEMPTS_MAX = 64, DESCRIPTORS_MAX = 64 };

struct asking_process {
    pid_t pid;
    const char *program;
    bool started;
    struct library_target target;      /* of the program; class 0: not known */
    struct library_request *executing; /* or NULL */
    struct opened {
        int descriptor; /* -1: none */
        struct library_request *request;
        const char *path;
    } opened[DESCRIPTORS_MAX];
};

void library_requests_init(struct library_requests *requests, const struct library_root *root)
{
    *requests = (struct library_requests){.root = root};
}

void library_requests_finish(struct library_requests *requests)
{
    for (size_t i = 0; i < requests->processes.capacity; i++)
        free(requests->processes.slots[i].entry);
    hash_table_finish(&requests->processes);
    hash_table_finish(&requests->table);
    free(requests->requests);
    arena_finish(&requests->arena);
}

/* ---- Processes --------------------------------------------------------------------------------------------------------------- */

static bool has_pid(const void *entry, const void *key)
{
    const struct asking_process *process = entry;

    return process->pid == *(const pid_t *)key;
}

static void forget_descriptors(struct asking_process *process)
{
    for (size_t i = 0; i < DESCRIPTORS_MAX; i++)
        process->opened[i].descriptor = -1;
}

static struct asking_process *process_of(struct library_requests *requests, pid_t pid)
{
    const uint64_t hash = hash_mix(0, (uint64_t)pid);
    struct asking_process *process = hash_table_find(&requests->processes, hash, has_pid, &pid);

    if (process == NULL) {
        process = xcalloc(1, sizeof *process);
        process->pid = pid;
        process->program = "?";
        process->started = true;
        forget_descriptors(process);
        hash_table_add(&requests->processes, hash, process);
    }
    return process;
}

void library_requests_forked(struct library_requests *requests, pid_t parent, pid_t child)
{
    const struct asking_process old = *process_of(requests, parent);
    struct asking_process *process = process_of(requests, child);

    *process = old;
    process->pid = child;
}

void library_requests_executed(struct library_requests *requests, pid_t pid, const char *program)
{
    struct asking_process *process = process_of(requests, pid);

    if (process->executing)
        process->executing->found = true;
    process->executing = NULL;
    process->program = arena_copy(&requests->arena, program, strlen(program));
    process->started = false;
    process->target = library_file_read(requests->root, program, &requests->arena)->target;
    forget_descriptors(process);
}

void library_requests_started(struct library_requests *requests, pid_t pid)
{
    process_of(requests, pid)->started = true;
}

/* The number of a process comes again. */
void library_requests_ended(struct library_requests *requests, pid_t pid)
{
    struct asking_process *process = process_of(requests, pid);

    process->program = "?";
    process->started = true;
    forget_descriptors(process);
}

/* ---- Requests ---------------------------------------------------------------------------------------------------------------- */

struct request_key {
    pid_t pid;
    enum library_request_kind kind;
    const char *name, *program;
};

static bool is_request(const void *entry, const void *key)
{
    const struct library_request *request = entry;
    const struct request_key *wanted = key;

    return request->pid == wanted->pid && request->kind == wanted->kind && strcmp(request->name, wanted->name) == 0 &&
           strcmp(request->program, wanted->program) == 0;
}

/* NULL: there are too many. */
static struct library_request *request_of(struct library_requests *requests, const struct asking_process *process,
                                          enum library_request_kind kind, const char *path)
{
    const struct request_key key = {process->pid, kind, basename(path), process->program};
    const uint64_t hash = hash_mix(hash_mix(hash_bytes(key.name, strlen(key.name)), (uint64_t)key.pid), kind);
    struct library_request *request = hash_table_find(&requests->table, hash, is_request, &key);

    if (request)
        return request;
    if (requests->count == REQUESTS_MAX) {
        requests->overflow = true;
        return NULL;
    }
    request = arena_alloc(&requests->arena, sizeof *request);
    *request = (struct library_request){.kind = kind,
                                        .name = arena_copy(&requests->arena, key.name, strlen(key.name)),
                                        .pid = process->pid,
                                        .program = process->program,
                                        .startup = !process->started};

    requests->requests = xgrow(requests->requests, &requests->capacity, requests->count + 1, sizeof(struct library_request *));
    requests->requests[requests->count++] = request;
    hash_table_add(&requests->table, hash, request);
    return request;
}

static void add_attempt(struct library_requests *requests, struct library_request *request, const struct library_attempt *attempt)
{
    for (size_t i = 0; i < request->attempt_count; i++)
        if (strcmp(request->attempts[i].path, attempt->path) == 0)
            return;
    if (request->attempts == NULL)
        request->attempts = arena_alloc(&requests->arena, ATTEMPTS_MAX * sizeof *request->attempts);
    if (request->attempt_count == ATTEMPTS_MAX)
        return;
    request->attempts[request->attempt_count] = *attempt;
    request->attempts[request->attempt_count++].path = arena_copy(&requests->arena, attempt->path, strlen(attempt->path));
}

/* Folders for processors below each folder that is searched: that nothing is there says nothing. */
static bool is_for_processor(const char *path)
{
    static const char *const folders[] = {"tls", "x86_64", "haswell", "xeon_phi", "avx512_1", "i686", "sse2"};
    const char *slash = strrchr(path, '/');
    const char *before = slash ? memrchr(path, '/', (size_t)(slash - path)) : NULL;

    if (strstr(path, "/glibc-hwcaps/"))
        return true;
    for (size_t i = 0; before && i < sizeof folders / sizeof *folders; i++)
        if ((size_t)(slash - before) == strlen(folders[i]) + 1 && strncmp(before + 1, folders[i], strlen(folders[i])) == 0)
            return true;
    return false;
}

static enum library_verdict verdict_of(struct library_requests *requests, const char *path, int error, const char **what)
{
    struct stat status;

    *what = NULL;
    if (error == EACCES || error == EPERM)
        return LIBRARY_DENIED;
    if (error != ENOENT && error != ENOTDIR)
        return LIBRARY_FAILED;
    if (error != ENOENT || library_root_lstat(requests->root, path, &status) != 0 || !S_ISLNK(status.st_mode))
        return LIBRARY_ABSENT;
    *what = library_root_link(requests->root, path, &requests->arena);
    return LIBRARY_DANGLING;
}

void library_requests_looked(struct library_requests *requests, pid_t pid, enum library_request_kind kind, const char *path,
                             int error)
{
    struct library_request *request = request_of(requests, process_of(requests, pid), kind, path);
    struct library_attempt attempt = {.path = path, .error = error};

    if (request == NULL || request->found)
        return;
    request->found = error == 0;
    if (error == 0 || (kind == LIBRARY_REQUEST_LIBRARY && is_for_processor(path)))
        return;
    attempt.verdict = verdict_of(requests, path, error, &attempt.what);
    add_attempt(requests, request, &attempt);
}

void library_requests_executing(struct library_requests *requests, pid_t pid, const char *path)
{
    struct asking_process *process = process_of(requests, pid);

    process->executing = request_of(requests, process, LIBRARY_REQUEST_PROGRAM, path);
}

/* ---- Files that the dynamic linker has open ---------------------------------------------------------------------------------- */

void library_requests_opened(struct library_requests *requests, pid_t pid, const char *path, int descriptor)
{
    struct asking_process *process = process_of(requests, pid);
    struct library_request *request = request_of(requests, process, LIBRARY_REQUEST_LIBRARY, path);

    for (size_t i = 0; request && i < DESCRIPTORS_MAX; i++) {
        if (process->opened[i].descriptor >= 0)
            continue;
        process->opened[i] = (struct opened){descriptor, request, arena_copy(&requests->arena, path, strlen(path))};
        return;
    }
}

static struct opened *find_opened(struct asking_process *process, int descriptor)
{
    for (size_t i = 0; i < DESCRIPTORS_MAX; i++)
        if (process->opened[i].descriptor == descriptor)
            return &process->opened[i];
    return NULL;
}

void library_requests_mapped(struct library_requests *requests, pid_t pid, int descriptor)
{
    struct opened *opened = descriptor < 0 ? NULL : find_opened(process_of(requests, pid), descriptor);

    if (opened == NULL)
        return;
    opened->request->found = true;
    opened->request->path = opened->path;
    opened->descriptor = -1;
}

/* It was looked at and not mapped: what is the matter with it? */
void library_requests_closed(struct library_requests *requests, pid_t pid, int descriptor)
{
    struct asking_process *process = process_of(requests, pid);
    struct opened *opened = descriptor < 0 ? NULL : find_opened(process, descriptor);

    if (opened == NULL)
        return;
    opened->descriptor = -1;
    const struct library_file *file = library_file_read(requests->root, opened->path, &requests->arena);
    struct library_attempt attempt = {.path = opened->path};
    const struct library_target target = process->target.class ? process->target : file->target;
    attempt.verdict = library_file_verdict(file, &target, 0, &attempt.complaint);
    attempt.what = library_file_what(file, &requests->arena);
    if (attempt.verdict == LIBRARY_FITS) /* it is loaded already, by another name */
        opened->request->found = true;
    else
        add_attempt(requests, opened->request, &attempt);
}

/* ---- The report -------------------------------------------------------------------------------------------------------------- */

bool library_requests_is_library(const char *path)
{
    const char *name = basename(path);
    const char *suffix = strstr(name, ".so");

    if (suffix == NULL || suffix == name || strncmp(name, "ld.so.", 6) == 0)
        return false;
    return suffix[3] == '\0' || (suffix[3] == '.' && isdigit((unsigned char)suffix[4]));
}

static bool needs(struct library_requests *requests, const char *path, const char *name)
{
    const struct library_file *file = library_file_read(requests->root, path, &requests->arena);

    for (size_t i = 0; i < file->need_count; i++)
        if (strcmp(file->needs[i].name, name) == 0)
            return true;
    return false;
}

/* For whose sake the library was looked for; NULL: for none of those that were loaded, so it was asked for by name. */
static const char *find_needing(struct library_requests *requests, const struct library_request *wanted)
{
    for (size_t i = 0; i < requests->count; i++) {
        const struct library_request *request = requests->requests[i];
        if (request->path && request->pid == wanted->pid && strcmp(request->program, wanted->program) == 0 &&
            needs(requests, request->path, wanted->name))
            return request->path;
    }
    return NULL;
}

void library_requests_report(struct library_requests *requests, bool files, struct library_report *report)
{
    report->requests = arena_alloc(&report->arena, requests->count * sizeof *report->requests);
    for (size_t i = 0; i < requests->count; i++) {
        struct library_request *request = requests->requests[i];
        if (!request->found && request->kind == LIBRARY_REQUEST_LIBRARY)
            request->needed_by = find_needing(requests, request);
        if (request->found)
            report->answered += request->kind == LIBRARY_REQUEST_LIBRARY;
        else if (request->attempt_count > 0 && (request->kind != LIBRARY_REQUEST_FILE || files))
            report->requests[report->request_count++] = *request;
    }
}
