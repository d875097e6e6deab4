/* SPDX-License-Identifier: MIT
 * How many calls are described whole.
 *
 * A call counts if every argument of it has a type that says what it is. An argument that is just an address or just a hexadecimal
 * number does not, nor are flags that are just a number, unless that is all there is to it:
 *   - an address that the kernel takes for itself and not for what stands there (of mappings, of code, of words that a thread waits
 *     on), or the handle of a context of aio;
 *   - an offset of mmap;
 *   - flags of which the kernel defines none yet;
 *   - any argument of a call that Linux has never had or has no more: it says ENOSYS, whatever is given. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "abi/syscall_table.h"

enum { DESCRIBED = 345 };

static const char *const gone[] = {"afs_syscall",     "tuxcall",    "security", "epoll_ctl_old",   "epoll_wait_old",
                                   "vserver",         "getpmsg",    "putpmsg",  "query_module",    "create_module",
                                   "get_kernel_syms", "nfsservctl", "_sysctl",  "set_thread_area", "get_thread_area"};

/* What these have depends on a number among their arguments, and is not described for most numbers. */
static const char *const partial[] = {"bpf.attr", "ioctl.argp"};

/* CALL.ARGUMENT, or .ARGUMENT of any call. */
static const char *const opaque[] = {
    ".ctx_id",
    "mmap.addr",
    "mmap.offset",
    "mprotect.addr",
    "munmap.addr",
    "brk.addr",
    "mremap.old_address",
    "mremap.new_address",
    "msync.addr",
    "mincore.addr",
    "madvise.addr",
    "shmat.shmaddr",
    "shmdt.shmaddr",
    "clone.child_stack",
    "clone.tls",
    "mlock.addr",
    "munlock.addr",
    "mlock2.addr",
    "mseal.addr",
    "mbind.addr",
    "remap_file_pages.addr",
    "pkey_mprotect.addr",
    "map_shadow_stack.addr",
    "set_mempolicy_home_node.start",
    "kexec_load.entry",
    "futex.uaddr",
    "futex.uaddr2",
    "futex_wake.uaddr",
    "futex_wait.uaddr",
    "set_tid_address.tidptr",
    "landlock_restrict_self.flags",
    "landlock_add_rule.flags",
    "process_mrelease.flags",
    "pkey_alloc.flags",
    "pidfd_getfd.flags",
    "process_madvise.flags",
    "set_mempolicy_home_node.flags",
    "cachestat.flags",
    "process_vm_readv.flags",
    "process_vm_writev.flags",
    "copy_file_range.flags",
    "mseal.flags",
    "sched_setattr.flags",
    "sched_getattr.flags",
    "futex_waitv.flags",
    "getcpu.tcache",
    "get_mempolicy.addr",
    "rseq.sig",
};

static bool listed(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static bool is_plain(const struct syscall_argument *argument)
{
    const enum type_kind kind = argument->type->kind;

    if (kind == TYPE_SIGNED || kind == TYPE_UNSIGNED)
        return strstr(argument->name, "flags") != NULL;
    return kind == TYPE_ADDRESS || kind == TYPE_HEX;
}

static bool argument_is_typed(const struct syscall_row *row, const struct syscall_argument *argument)
{
    char name[80];

    snprintf(name, sizeof name, "%s.%s", row->name, argument->name);
    if (listed(partial, sizeof partial / sizeof *partial, name))
        return false;
    return !is_plain(argument) || listed(opaque, sizeof opaque / sizeof *opaque, name) ||
           listed(opaque, sizeof opaque / sizeof *opaque, strchr(name, '.'));
}

static bool is_described(const struct syscall_row *row)
{
    if (listed(gone, sizeof gone / sizeof *gone, row->name))
        return true;
    for (unsigned i = 0; i < row->argument_count; i++)
        if (!argument_is_typed(row, &row->arguments[i]))
            return false;
    return true;
}

static bool is_excuse_for(const char *excuse, const struct syscall_row *row)
{
    char name[80];

    for (unsigned i = 0; i < row->argument_count; i++) {
        snprintf(name, sizeof name, "%s.%s", row->name, row->arguments[i].name);
        if (is_plain(&row->arguments[i]) && (strcmp(excuse, name) == 0 || strcmp(excuse, strchr(name, '.')) == 0))
            return true;
    }
    return false;
}

Test(coverage, every_excuse_is_needed)
{
    for (size_t i = 0; i < sizeof opaque / sizeof *opaque; i++) {
        bool needed = false;
        for (uint64_t number = 0; number < SYSCALL_TABLE_SIZE && !needed; number++) {
            const struct syscall_row *row = syscall_table_row(number);
            needed = row && is_excuse_for(opaque[i], row);
        }
        cr_expect(needed, "%s", opaque[i]);
    }
}

Test(coverage, calls_are_described_whole)
{
    int described = 0, all = 0;

    for (uint64_t number = 0; number < SYSCALL_TABLE_SIZE; number++) {
        const struct syscall_row *row = syscall_table_row(number);
        if (!row)
            continue;
        all++;
        if (is_described(row))
            described++;
        else
            fprintf(stderr, "# not whole: %s\n", row->name);
    }
    fprintf(stderr, "# %d of %d\n", described, all);
    cr_expect(ge(int, described, DESCRIBED));
}
