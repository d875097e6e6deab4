/* SPDX-License-Identifier: MIT
 *
 * Pointers that lead nowhere, into the kernel, or to text that ends where memory does, given to calls that are looked at.
 *
 * cases: P40
 * ways: run trace look follow
 * log: openat\(AT_FDCWD, "at the edge", O_RDONLY\) += -1 ENOENT */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "hard.h"

static void require_fault(long result)
{
    REQUIRE(result == -1 && errno == EFAULT, "result %ld, %s", result, strerror(errno));
}

int main(int argc, char *argv[])
{
    static const char text[] = "at the edge";
    char *bad[] = {(char *)1, (char *)-1L, (char *)0x8000000000000000UL, (char *)0x7ffffffff000UL};

    hard_begin(argc, argv);
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(pages + 4096, 4096);
    char *edge = memcpy(pages + 4096 - sizeof text, text, sizeof text);
    REQUIRE(syscall(SYS_openat, AT_FDCWD, edge, O_RDONLY) == -1 && errno == ENOENT, "%s", strerror(errno));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        require_fault(syscall(SYS_openat, AT_FDCWD, bad[i], O_RDONLY));
        require_fault(syscall(SYS_execve, bad[i], NULL, NULL));
        require_fault(syscall(SYS_execve, "/bin/true", bad[i], NULL));
        require_fault(syscall(SYS_newfstatat, AT_FDCWD, "/", bad[i], 0));
        require_fault(syscall(SYS_pipe2, bad[i], 0));
        require_fault(syscall(SYS_rt_sigaction, 10, bad[i], NULL, 8));
    }
    memset(pages, 'x', 4096);
    require_fault(syscall(SYS_openat, AT_FDCWD, pages + 96, O_RDONLY));
    return hard_ok();
}
