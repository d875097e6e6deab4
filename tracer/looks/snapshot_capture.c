/* SPDX-License-Identifier: MIT */
#include "snapshot_capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/kernel/epoll_data.h"
#include "tracer/modules/loaded_files.h"
#include "tracer/modules/loaded_object.h"
#include "tracer/tracee.h"
#include "snapshot_regions.h"

enum {
    RED_ZONE = 128,          /* below the stack pointer, still in use (System V ABI for AMD64, 3.2.2) */
    EXIT_FRAMES_SIZE = 4096, /* how far above the stack pointer the return into exit() is looked for */
};

/* ---- The C library --------------------------------------------------------------------------------------------------------- */

struct libc_in_process {
    struct address_range exit; /* the code of exit(); empty: not known */
    struct address_range data;
    uint64_t pthread_size;
};

static struct libc_in_process find_libc(const struct snapshot *snapshot, pid_t tid, const struct memory_maps *maps,
                                        struct libc_cache *libraries)
{
    struct libc_in_process libc = {0};
    struct loaded_object object;
    uint32_t size;

    const struct memory_map *map = loaded_object_find(maps, loaded_object_is_libc, NULL);
    if (!map || !loaded_object_read(&snapshot->memory, map->start, &object))
        return libc;
    const struct libc_facts facts = libc_cache_get(libraries, tid, map);
    libc.data = object.data;
    if (facts.exit_start)
        libc.exit = (struct address_range){facts.exit_start + object.bias, facts.exit_end + object.bias};
    if (facts.pthread_size && memory_read(&snapshot->memory, facts.pthread_size + object.bias, &size, sizeof size) == sizeof size)
        libc.pthread_size = size;
    return libc;
}

/* ---- Threads --------------------------------------------------------------------------------------------------------------- */

/* exit() never returns to its caller, so that nothing below its own frame is alive. Finds where that frame ends: the first word on
 * the stack that is a return address into exit(). Returns 0 if there is none: the program called _exit() itself. */
static uint64_t frame_of_exit(const struct memory_view *memory, uint64_t stack_pointer, const struct address_range *exit)
{
    uint64_t words[EXIT_FRAMES_SIZE / sizeof(uint64_t)];

    const size_t count = memory_read(memory, stack_pointer, words, sizeof words) / sizeof *words;
    for (size_t i = 0; i < count; i++)
        if (words[i] > exit->start && words[i] <= exit->end)
            return stack_pointer + (i + 1) * sizeof *words;
    return 0;
}

static void copy_registers(const struct user_regs_struct *registers, struct thread_state *state)
{
    /* In the order of thread_register_name(). */
    const uint64_t values[] = {registers->rax, registers->rbx, registers->rcx, registers->rdx, registers->rsi,     registers->rdi,
                               registers->rbp, registers->r8,  registers->r9,  registers->r10, registers->r11,     registers->r12,
                               registers->r13, registers->r14, registers->r15, registers->rip, registers->orig_rax};

    _Static_assert(sizeof values <= sizeof state->registers, "room for all registers that may hold pointers");
    memcpy(state->registers, values, sizeof values);
    state->register_count = sizeof values / sizeof *values;
    state->stack_pointer = registers->rsp;
    state->stack_alive = registers->rsp - RED_ZONE;
    state->thread_pointer = registers->fs_base;
    state->registers_valid = true;
}

static void capture_thread(const struct thread *thread, struct thread_state *state)
{
    struct user_regs_struct registers;

    *state = (struct thread_state){.tid = thread->tid};
    if (tracee_registers(thread->tid, &registers) == 0)
        copy_registers(&registers, state);
    else if (thread->in_vfork)
        copy_registers(&thread->vfork_registers, state);
}

static void capture_threads(const struct process *process, struct snapshot *snapshot)
{
    size_t count = 0;

    for (const struct thread *thread = process->threads; thread; thread = thread->next)
        count++;
    snapshot->threads = xcalloc(count, sizeof *snapshot->threads);
    for (const struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->state != THREAD_EXITING)
            capture_thread(thread, &snapshot->threads[snapshot->thread_count++]);
}

static struct thread_state *state_of(const struct snapshot *snapshot, pid_t tid)
{
    for (size_t i = 0; i < snapshot->thread_count; i++)
        if (snapshot->threads[i].tid == tid)
            return &snapshot->threads[i];
    return NULL;
}

static void cut_stacks(const struct process *process, const struct libc_in_process *libc, struct snapshot *snapshot)
{
    for (const struct thread *thread = process->threads; thread; thread = thread->next) {
        struct thread_state *state = thread->at_exit_group ? state_of(snapshot, thread->tid) : NULL;
        const uint64_t alive =
            state && state->registers_valid ? frame_of_exit(&snapshot->memory, state->stack_pointer, &libc->exit) : 0;
        if (alive) {
            state->stack_alive = alive;
            state->registers_dead = true;
        }
    }
}

/* ---- Mappings -------------------------------------------------------------------------------------------------------------- */

static void add_range(struct code_range **ranges, size_t *count, const struct memory_map *map)
{
    if (*count > 0 && (*ranges)[*count - 1].end == map->start)
        (*ranges)[*count - 1].end = map->end;
    else
        (*ranges)[(*count)++] = (struct code_range){map->start, map->end};
}

static void capture_code(const struct memory_maps *maps, struct snapshot *snapshot)
{
    snapshot->executable = xcalloc(maps->count, sizeof *snapshot->executable);
    snapshot->file_mapped = xcalloc(maps->count, sizeof *snapshot->file_mapped);
    for (size_t i = 0; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (map->executable)
            add_range(&snapshot->executable, &snapshot->executable_count, map);
        if (map->readable && map->inode != 0)
            add_range(&snapshot->file_mapped, &snapshot->file_mapped_count, map);
        if (map->executable && loaded_object_is_loader(NULL, map))
            snapshot->loader = (struct code_range){map->start, map->end};
    }
}

static void capture_regions(const struct process *process, const struct memory_maps *maps, const struct ledger_contents *contents,
                            const struct libc_in_process *libc, struct snapshot *snapshot)
{
    struct address_range *mapped = xcalloc(contents->mapping_count, sizeof *mapped);
    const struct region_rules rules = {
        .maps = maps,
        .memory = &snapshot->memory,
        .blocks = snapshot->blocks,
        .block_count = snapshot->block_count,
        .glibc = snapshot->glibc,
        .partial = contents->partial,
        .libc_data = libc->data,
        .left_out = contents->memory,
        .left_out_count = contents->memory_count,
        .stacks = process->space->stacks,
        .stack_count = process->space->stack_count,
        .mapped = mapped,
        .mapped_count = contents->mapping_count,
    };

    for (size_t i = 0; i < contents->mapping_count; i++)
        mapped[i] =
            (struct address_range){contents->mappings[i].address, contents->mappings[i].address + contents->mappings[i].size};
    snapshot->region_count = snapshot_regions(&rules, &snapshot->regions);
    free(mapped);
}

void snapshot_begin(const struct process *process, struct snapshot *snapshot)
{
    *snapshot = (struct snapshot){.memory = tracee_memory_view(&process->space->memory)};
    capture_threads(process, snapshot);
    snapshot->root_word_count = epoll_data_read(process->space->memory.tid, &snapshot->root_words);
}

void snapshot_capture(struct process *process, const struct memory_maps *maps, struct ledger_contents *contents,
                      struct libc_cache *libraries, struct snapshot *snapshot)
{
    snapshot->blocks = contents->blocks;
    snapshot->block_count = contents->block_count;
    snapshot->sites = contents->sites;
    snapshot->site_count = contents->site_count;
    snapshot->root_ranges = contents->root_ranges;
    snapshot->root_range_count = contents->root_range_count;
    snapshot->glibc = (contents->flags & LW_GLIBC) != 0;
    contents->blocks = NULL;
    contents->sites = NULL;
    contents->root_ranges = NULL;

    const struct libc_in_process libc = find_libc(snapshot, process->space->memory.tid, maps, libraries);
    snapshot->pthread_size = libc.pthread_size;
    cut_stacks(process, &libc, snapshot);
    capture_code(maps, snapshot);
    snapshot->loaded_file_count = loaded_files_list(maps, &snapshot->loaded_files);
    capture_regions(process, maps, contents, &libc, snapshot);
}
