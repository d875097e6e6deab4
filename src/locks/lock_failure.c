/* SPDX-License-Identifier: MIT */
#include "lock_failure.h"

#include <errno.h>
#include <stdlib.h>

#include "base/size_text.h"
#include "base/xalloc.h"

/* mlockall is held to the size of the whole address space; everything else to what is locked already and what comes on top. */
static uint64_t wanted(const struct lock_failure *failure)
{
    if (failure->call == LOCK_CALL_MLOCKALL)
        return known_or(failure->total, 0);
    return known_or(failure->locked, 0) + failure->size - failure->already;
}

bool lock_failure_beyond_limit(const struct lock_failure *failure)
{
    if (failure->privileged || !known_limits(failure->limit) || failure->call == LOCK_CALL_MUNLOCK ||
        failure->call == LOCK_CALL_SEGMENT)
        return false;
    return wanted(failure) > failure->limit.value;
}

bool lock_failure_by_own(const struct lock_failure *failure)
{
    return failure->own > 0 && lock_failure_beyond_limit(failure) && wanted(failure) >= failure->own &&
           wanted(failure) - failure->own <= failure->limit.value;
}

static char *explain_limit(const struct lock_failure *failure)
{
    const struct size_text limit = size_text(failure->limit.value);

    char *own = lock_failure_by_own(failure) ? xasprintf(", only because of %s of leakwatch's own", size_text(failure->own).text)
                                             : xstrdup("");
    char *text;

    if (failure->call == LOCK_CALL_MLOCKALL)
        text =
            xasprintf("the address space of %s is beyond RLIMIT_MEMLOCK, %s%s", size_text(wanted(failure)).text, limit.text, own);
    else
        text =
            xasprintf("%s more beside %s locked are beyond RLIMIT_MEMLOCK, %s%s", size_text(failure->size - failure->already).text,
                      size_text(known_or(failure->locked, 0)).text, limit.text, own);
    free(own);
    return text;
}

static char *explain_permission(const struct lock_failure *failure)
{
    if (failure->limit.known && failure->limit.value == 0 && !failure->privileged)
        return xstrdup("RLIMIT_MEMLOCK is 0, and the process does not have CAP_IPC_LOCK");
    if (failure->call == LOCK_CALL_SEGMENT)
        return xstrdup("the segment belongs to another user, and the process does not have CAP_IPC_LOCK");
    return xstrdup("it is not allowed, and RLIMIT_MEMLOCK does not explain it: a security module or a filter may");
}

static char *explain_invalid(const struct lock_failure *failure)
{
    switch (failure->call) {
    case LOCK_CALL_MLOCKALL:
        return xstrdup("the flags are not a sum of MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT, or are MCL_ONFAULT alone");
    case LOCK_CALL_SEGMENT:
        return xstrdup("there is no such segment, or it was removed");
    default:
        return xstrdup("the range ends beyond the address space, or a flag is not known");
    }
}

static char *explain_memory(const struct lock_failure *failure)
{
    if (failure->call == LOCK_CALL_SEGMENT)
        return xasprintf("all segments that the user has locked, and this one, are beyond RLIMIT_MEMLOCK, %s",
                         failure->limit.known ? size_text(failure->limit.value).text : "which is not known");
    if (failure->unmapped > 0)
        return xasprintf("%s of %s are not mapped; what lies before the hole is %s nevertheless", size_text(failure->unmapped).text,
                         size_text(failure->size).text, failure->call == LOCK_CALL_MUNLOCK ? "unlocked" : "locked");
    if (failure->no_access > 0 && failure->call == LOCK_CALL_MLOCK)
        return xasprintf("%s of %s may not be accessed (PROT_NONE): they count as locked, but cannot be brought into RAM",
                         size_text(failure->no_access).text, size_text(failure->size).text);
    return xstrdup("no limit of locked memory explains it: the process may be at vm.max_map_count, or without free memory");
}

char *lock_failure_explain(const struct lock_failure *failure)
{
    if (failure->error == EPERM)
        return explain_permission(failure);
    if (failure->error == EINVAL || failure->error == EIDRM)
        return explain_invalid(failure);
    if (lock_failure_beyond_limit(failure))
        return explain_limit(failure);
    if (failure->error == ENOMEM)
        return explain_memory(failure);
    if (failure->error == EAGAIN && failure->call == LOCK_CALL_MLOCK)
        return xstrdup("the pages count as locked, but could not be brought into RAM for want of memory");
    return xstrdup("no limit of locked memory explains it");
}
