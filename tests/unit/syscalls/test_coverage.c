/* SPDX-License-Identifier: MIT
 * How many calls are described whole.
 *
 * A call counts if every argument of it has a type that says what it is. An argument that is just an address or just a hexadecimal
 * number does not, unless that is all there is to it:
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

enum { DESCRIBED = 260 };

static const char *const gone[] = {"afs_syscall",     "tuxcall",    "security", "epoll_ctl_old",   "epoll_wait_old",
                                   "vserver",         "getpmsg",    "putpmsg",  "query_module",    "create_module",
                                   "get_kernel_syms", "nfsservctl", "_sysctl",  "set_thread_area", "get_thread_area"};

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
    "clone.stack",
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
    "init_module.module_image",
    "get_robust_list.head_ptr",
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

static bool argument_is_typed(const struct syscall_row *row, const struct syscall_argument *argument)
{
    const enum type_kind kind = argument->type->kind;
    char name[80];

    if (kind != TYPE_ADDRESS && kind != TYPE_HEX)
        return true;
    snprintf(name, sizeof name, "%s.%s", row->name, argument->name);
    return listed(opaque, sizeof opaque / sizeof *opaque, name) ||
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
