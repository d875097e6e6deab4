/* SPDX-License-Identifier: MIT */
#include "realtime_call.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>

/* What a lock of glibc holds while others wait for it (sysdeps/nptl/lowlevellock.h). */
enum { GLIBC_LOCK_CONTENDED = 2 };

/* Flags in the size of a block of glibc's malloc. */
enum { CHUNK_MAPPED = 2, CHUNK_FLAGS = 7 };

const struct realtime_call_row realtime_calls[] = {
#define REALTIME_CALL(name, class) {__NR_##name, #name, REALTIME_##class},
#include "realtime_calls.def"
#undef REALTIME_CALL
};
const unsigned realtime_call_count = sizeof realtime_calls / sizeof *realtime_calls;

const struct realtime_call_row *realtime_call_find(uint64_t number)
{
    for (unsigned i = 0; i < realtime_call_count; i++)
        if (realtime_calls[i].number == number)
            return &realtime_calls[i];
    return NULL;
}

/* ---- Sleeping ---- */

static enum realtime_offence judge_clock_sleep(const uint64_t arguments[6], const char **detail)
{
    const int clock = (int)arguments[0], flags = (int)arguments[1];

    *detail = NULL;
    if (!(flags & TIMER_ABSTIME))
        *detail = "for a time, not until one";
    else if (clock != CLOCK_MONOTONIC)
        *detail = "by another clock than CLOCK_MONOTONIC";
    return *detail ? OFFENCE_SLEEP : OFFENCE_NONE;
}

/* Without an address it waits for ever; what cannot be read will fail. */
static bool waits(const struct realtime_call *call, uint64_t address)
{
    uint64_t time[2];

    if (address == 0)
        return true;
    return memory_read(call->memory, address, time, sizeof time) == sizeof time && (time[0] != 0 || time[1] != 0);
}

static enum realtime_offence judge_wait(bool waits_for_it, const char **detail)
{
    *detail = "for descriptors or signals";
    return waits_for_it ? OFFENCE_SLEEP : OFFENCE_NONE;
}

/* ---- Locks ---- */

/* Waits for other things, such as conditions, are not told from the call alone: an expected value is taken for that of a lock if it
 * is what glibc writes into one that others wait for. */
static bool is_lock_word(uint32_t expected)
{
    return expected == GLIBC_LOCK_CONTENDED || ((expected & FUTEX_WAITERS) && (expected & FUTEX_TID_MASK));
}

static enum realtime_offence judge_futex(const uint64_t arguments[6])
{
    const int command = (int)arguments[1] & FUTEX_CMD_MASK;

    if (command != FUTEX_WAIT && command != FUTEX_WAIT_BITSET)
        return OFFENCE_NONE;
    return is_lock_word((uint32_t)arguments[2]) ? OFFENCE_LOCK : OFFENCE_NONE;
}

/* ---- Files ---- */

static enum realtime_offence judge_descriptor(enum realtime_file file, const char **detail)
{
    static const char *const texts[] = {[REALTIME_FILE_REGULAR] = "a regular file",
                                        [REALTIME_FILE_BLOCK_DEVICE] = "a block device",
                                        [REALTIME_FILE_TERMINAL] = "a terminal"};

    if (file == REALTIME_FILE_OTHER)
        return OFFENCE_NONE;
    *detail = texts[file];
    return OFFENCE_FILE;
}

/* ---- Memory ---- */

/* brk(0), and what is not changed, only asks. */
static bool changes_memory(const struct realtime_call *call)
{
    return call->row->number != __NR_brk || (call->arguments[0] != 0 && call->arguments[0] != call->program_break);
}

bool realtime_call_trims(const struct realtime_call *call)
{
    const uint64_t *arguments = call->arguments;
    uint64_t header[2];

    if (call->row->number == __NR_brk)
        return arguments[0] != 0 && arguments[0] < call->program_break;
    if (call->row->number != __NR_munmap || memory_read(call->memory, arguments[0], header, sizeof header) < sizeof header)
        return false;
    return header[1] & CHUNK_MAPPED && header[0] + (header[1] & ~(uint64_t)CHUNK_FLAGS) == arguments[1];
}

/* ---- All of them ---- */

enum realtime_offence realtime_call_judge(const struct realtime_call *call, const char **detail)
{
    const uint64_t *arguments = call->arguments;

    *detail = NULL;
    switch (call->row->class) {
    case REALTIME_MEMORY:
        return changes_memory(call) ? OFFENCE_MEMORY : OFFENCE_NONE;
    case REALTIME_SLEEP:
        *detail = "for a time, not until one";
        return OFFENCE_SLEEP;
    case REALTIME_CLOCK_SLEEP:
        return judge_clock_sleep(arguments, detail);
    case REALTIME_WAIT_POLL:
        return judge_wait((int)arguments[2] != 0, detail);
    case REALTIME_WAIT_EPOLL:
        return judge_wait((int)arguments[3] != 0, detail);
    case REALTIME_WAIT_TIMESPEC_2:
        return judge_wait(waits(call, arguments[2]), detail);
    case REALTIME_WAIT_TIMESPEC_3:
        return judge_wait(waits(call, arguments[3]), detail);
    case REALTIME_WAIT_TIMESPEC_4:
        return judge_wait(waits(call, arguments[4]), detail);
    case REALTIME_WAIT_ALWAYS:
        return judge_wait(true, detail);
    case REALTIME_FUTEX:
        return judge_futex(arguments);
    case REALTIME_DESCRIPTOR:
        return judge_descriptor(call->file, detail);
    case REALTIME_FILES:
        return OFFENCE_FILE;
    default:
        return OFFENCE_NONE;
    }
}
