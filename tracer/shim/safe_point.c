/* SPDX-License-Identifier: MIT */
#include "safe_point.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "elf/elf_image.h"
#include "tracer/address_space.h"
#include "tracer/kernel/proc_status.h"
#include "tracer/modules/loaded_object.h"
#include "tracer/modules/module_files.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"
#include "tracer/unwind/unwinder.h"

enum {
    FRAMES_MAX = 128,
    /* Code of glibc's malloc.c around the functions that it exports, which lie in the middle of it. */
    MALLOC_BEFORE = 0x6000,
    MALLOC_BEHIND = 0x1000,
};

/* ---- Layout ------------------------------------------------------------------------------------------------------------------ */

/* An object as it is loaded, and its file. */
struct object {
    int file; /* negative: it cannot be read */
    uint64_t bias;
};

static struct object open_object(struct process *process, const struct memory_map *map)
{
    const struct memory_view memory = tracee_memory_view(&process->space->memory);
    struct object object = {.file = module_file_open(process->space->memory.tid, map)};
    struct loaded_object loaded = {0};

    if (object.file < 0)
        return object;
    if (!loaded_object_read(&memory, map->start, &loaded)) {
        close(object.file);
        object.file = -1;
    }
    object.bias = loaded.bias;
    return object;
}

static uint64_t address_of(const struct object *object, const char *name, uint64_t *size)
{
    uint64_t value;

    return elf_image_symbol(object->file, name, &value, size) == 0 && value != 0 ? value + object->bias : 0;
}

bool code_set_add(struct code_set *set, uint64_t start, uint64_t end)
{
    if (set->count == CODE_SET_MAX)
        return false;
    set->ranges[set->count++] = (struct address_range){start, end};
    return true;
}

static void add_function(struct program_layout *layout, const struct object *libc, const char *name)
{
    uint64_t size;
    const uint64_t address = address_of(libc, name, &size);

    if (address != 0)
        code_set_add(&layout->locked, address, address + size);
}

static void add_glibc_malloc(struct program_layout *layout, const struct object *libc)
{
    static const char *const names[] = {
        "malloc",      "free",    "calloc",   "realloc",     "memalign",       "valloc", "malloc_usable_size",
        "malloc_trim", "mallopt", "mallinfo", "malloc_info", "posix_memalign", "pvalloc"};
    uint64_t start = UINT64_MAX, end = 0, size;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const uint64_t address = address_of(libc, names[i], &size);
        if (address == 0)
            continue;
        start = address < start ? address : start;
        end = address + size > end ? address + size : end;
    }
    if (end == 0)
        return;
    layout->allocator = (struct address_range){start - MALLOC_BEFORE, end + MALLOC_BEHIND};
    code_set_add(&layout->locked, layout->allocator.start, layout->allocator.end);
}

static const char *read_libc(struct process *process, const struct memory_maps *maps, const struct memory_map *map,
                             struct program_layout *layout)
{
    const struct memory_view memory = tracee_memory_view(&process->space->memory);
    const struct object libc = open_object(process, map);
    uint64_t size;

    if (libc.file < 0)
        return "the file of its C library cannot be read, or was replaced";
    layout->libc = loaded_object_extent(maps, map, true);
    layout->dlopen = address_of(&libc, "dlopen", &size);
    layout->dlopen_flags = 2; /* RTLD_NOW | RTLD_LOCAL */
    layout->dlerror = address_of(&libc, "dlerror", &size);
    if (layout->dlopen == 0) { /* before glibc 2.34 it was in a library of its own, but for internal use */
        layout->dlopen = address_of(&libc, "__libc_dlopen_mode", &size);
        layout->dlopen_flags |= 0x80000000; /* __RTLD_DLOPEN */
        layout->dlerror = 0;
    }
    add_function(layout, &libc, "dl_iterate_phdr");
    add_function(layout, &libc, "fork");
    add_function(layout, &libc, "pthread_create");
    add_glibc_malloc(layout, &libc);
    close(libc.file);
    if (layout->dlopen == 0)
        return "its C library has no dlopen";
    if (!return_code_find(&memory, &layout->libc, 1, &layout->returns))
        return "its C library is not built as others are: no place was found from which to make system calls";
    return NULL;
}

static const char *read_loader(struct process *process, const struct memory_maps *maps, struct program_layout *layout)
{
    const struct memory_map *map = loaded_object_find(maps, loaded_object_is_loader, NULL);
    uint64_t size;

    if (!map)
        return "it has no dynamic linker";
    const struct object loader = open_object(process, map);
    layout->loader = loaded_object_extent(maps, map, false);
    if (loader.file < 0)
        return "the file of its dynamic linker cannot be read, or was replaced";
    const uint64_t debug = address_of(&loader, "_r_debug", &size);
    layout->loader_state = debug ? debug + offsetof(struct r_debug, r_state) : 0;
    close(loader.file);
    return NULL;
}

static bool defines_malloc(const struct object *object)
{
    uint64_t size, value;

    return elf_image_symbol(object->file, "malloc", &value, &size) == 0 && value != 0;
}

/* Other objects with a malloc. Their code is as delicate as a whole. */
static const char *find_allocators(struct process *process, const struct memory_maps *maps, const struct memory_map *libc,
                                   struct program_layout *layout)
{
    const char *problem = NULL;

    for (size_t i = 0; i < maps->count && !problem; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (map->inode == 0 || map->offset != 0 || map->path[0] != '/' || map->inode == libc->inode ||
            loaded_object_is_loader(NULL, map))
            continue;
        const struct object object = open_object(process, map);
        if (object.file < 0)
            continue;
        if (defines_malloc(&object)) {
            const struct address_range code = loaded_object_extent(maps, map, true);
            if (strcmp(map->path, process->record.executable) == 0)
                problem = "the program has an allocator of its own, which cannot be told from the rest of it";
            else if (!code_set_add(&layout->locked, code.start, code.end))
                problem = "it has too many allocators";
        }
        close(object.file);
    }
    return problem;
}

const char *program_layout_read(struct process *process, const struct memory_maps *maps, struct program_layout *layout)
{
    const struct memory_map *libc = loaded_object_find(maps, loaded_object_is_libc, NULL);

    *layout = (struct program_layout){0};
    if (!libc)
        return "it does not use glibc as a shared library (it is static, or has another C library)";
    const char *problem = read_libc(process, maps, libc, layout);
    if (!problem)
        problem = read_loader(process, maps, layout);
    return problem ? problem : find_allocators(process, maps, libc, layout);
}

/* ---- Threads ----------------------------------------------------------------------------------------------------------------- */

/* The kernel keeps a second stack of return addresses, on which ours are not (x86_Thread_features of proc_pid_status(5)). */
static bool has_shadow_stack(pid_t tid)
{
    return proc_status_lists(tid, "x86_Thread_features", "shstk");
}

/* Where a program is launched with a filter of ours, that is no obstacle; strict mode (1) has no filters to be counted. */
static bool has_foreign_filter(const struct session *session, pid_t tid)
{
    enum { STRICT = 1 };
    const long mode = proc_status_number(tid, "Seccomp", 0);

    if (mode == 0)
        return false;
    return !session->filtered || mode == STRICT || proc_status_number(tid, "Seccomp_filters", LONG_MAX) > 1;
}

const char *safe_point_forbidden(const struct session *session, const struct process *process)
{
    for (const struct thread *thread = process->threads; thread; thread = thread->next) {
        if (has_foreign_filter(session, thread->tid))
            return "a seccomp filter is in force, which may not allow the system calls that are made in its name";
        if (has_shadow_stack(thread->tid))
            return "it has a shadow stack, which forbids calls from outside";
        if (thread->held_request == PTRACE_LISTEN)
            return "it is stopped; it must run for that (kill -CONT)";
    }
    return NULL;
}

const char *safe_point_code(struct process *process, const struct memory_maps *maps, struct return_code *code)
{
    const struct memory_map *map = loaded_object_find(maps, loaded_object_is_libc, NULL);
    const struct memory_view memory = tracee_memory_view(&process->space->memory);

    if (!map)
        return "it does not use glibc as a shared library";
    const struct address_range libc = loaded_object_extent(maps, map, true);
    return return_code_find(&memory, &libc, 1, code)
               ? NULL
               : "its C library is not built as others are: no place was found from which to make system calls";
}

static bool in_range(const struct address_range *range, uint64_t address)
{
    return address >= range->start && address < range->end;
}

/* System calls that wait for something outside, and are made with no lock of the C library that loading needs. Those that wait for
 * a lock are told apart by their callers. */
static bool is_waiting_call(int64_t number)
{
    static const int calls[] = {SYS_read,
                                SYS_poll,
                                SYS_ppoll,
                                SYS_select,
                                SYS_pselect6,
                                SYS_nanosleep,
                                SYS_epoll_wait,
                                SYS_epoll_pwait,
                                SYS_accept,
                                SYS_accept4,
                                SYS_recvfrom,
                                SYS_recvmsg,
                                SYS_wait4,
                                SYS_waitid,
                                SYS_pause,
                                SYS_futex,
                                SYS_rt_sigsuspend,
                                SYS_rt_sigtimedwait,
                                SYS_restart_syscall,
                                SYS_clock_nanosleep,
                                SYS_epoll_pwait2,
                                SYS_write,
                                SYS_io_getevents,
                                SYS_flock};

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (calls[i] == number)
            return true;
    return false;
}

/* Where a thread is. */
struct place {
    struct user_regs_struct registers;
    uint64_t frames[FRAMES_MAX]; /* behind the calls that are under way, innermost first */
    size_t count;
};

static bool look_at(struct session *session, struct thread *thread, struct place *place)
{
    if (tracee_registers(thread->tid, &place->registers) != 0)
        return false;
    /* Interrupted between two instructions, not at a call: the one that comes next counts. */
    const struct walk_place start = {place->registers.rip + 1, place->registers.rsp, place->registers.rbp};
    place->count = unwinder_walk_from(&session->unwinder, thread->process->space, start, place->frames, FRAMES_MAX);
    return true;
}

static bool is_in(const struct place *place, const struct address_range *code)
{
    for (size_t i = 0; i < place->count; i++)
        if (in_range(code, place->frames[i] - 1))
            return true;
    return false;
}

static bool is_in_any(const struct place *place, const struct code_set *code)
{
    for (size_t i = 0; i < code->count; i++)
        if (is_in(place, &code->ranges[i]))
            return true;
    return false;
}

/* What is written below the stack pointer must fit into the same mapping. */
static bool has_room(const struct memory_maps *maps, uint64_t stack_pointer)
{
    const struct memory_map *map = memory_maps_find(maps, stack_pointer);

    return map && map->writable && stack_pointer - map->start > BORROW_ROOM;
}

static bool stands_right(const struct thread *thread)
{
    return thread->state == THREAD_HELD && thread->held_signal == 0 && thread->held_request != PTRACE_LISTEN && !thread->at_exit &&
           thread->at_event_stop && !thread->in_vfork;
}

static bool can_be_borrowed(const struct thread *thread, const struct memory_maps *maps, const struct program_layout *layout,
                            const struct place *place)
{
    const int64_t call = (int64_t)place->registers.orig_rax;
    const uint64_t pc = place->registers.rip;

    if (!stands_right(thread) || is_in_any(place, &layout->locked) || !has_room(maps, place->registers.rsp))
        return false;
    if (call >= 0)
        return is_waiting_call(call);
    return !in_range(&layout->libc, pc);
}

static bool loader_is_idle(struct process *process, const struct program_layout *layout)
{
    const struct memory_view memory = tracee_memory_view(&process->space->memory);
    int state = 0;

    return layout->loader_state == 0 || memory_read(&memory, layout->loader_state, &state, sizeof state) != sizeof state ||
           state == RT_CONSISTENT;
}

struct thread *safe_point_find(struct session *session, struct process *process, const struct memory_maps *maps,
                               const struct program_layout *layout)
{
    struct thread *found = NULL;
    struct place place;

    code_map_forget(&process->space->code);
    if (!loader_is_idle(process, layout))
        return NULL;
    for (struct thread *thread = process->threads; thread; thread = thread->next) {
        if (thread->state != THREAD_HELD || !look_at(session, thread, &place))
            continue;
        if (is_in(&place, &layout->loader)) /* it has the loader's lock, and may wait for the one that would be borrowed */
            return NULL;
        if (!found && can_be_borrowed(thread, maps, layout, &place))
            found = thread;
    }
    return found;
}

struct thread *safe_point_any(const struct process *process, const struct memory_maps *maps)
{
    struct user_regs_struct registers;

    for (struct thread *thread = process->threads; thread; thread = thread->next)
        if (stands_right(thread) && tracee_registers(thread->tid, &registers) == 0 && has_room(maps, registers.rsp))
            return thread;
    return NULL;
}

bool safe_point_all_outside(struct session *session, struct process *process, const struct code_set *code)
{
    bool all = true;
    struct place place;

    code_map_forget(&process->space->code);
    for (struct thread *thread = process->threads; thread; thread = thread->next) {
        thread->stands_well = false;
        if (thread->state != THREAD_HELD || !look_at(session, thread, &place))
            continue;
        thread->stands_well = !is_in_any(&place, code);
        all &= thread->stands_well;
    }
    return all;
}
