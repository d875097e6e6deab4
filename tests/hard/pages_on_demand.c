/* SPDX-License-Identifier: MIT
 *
 * Memory whose pages the program itself would have to bring (userfaultfd): whoever looks at it must not wait for them.
 *
 * cases: P59 V22
 * needs: root
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 1, "bytes": 21} */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "hard.h"

enum { SIZE = 1 << 20 };

int main(int argc, char *argv[])
{
    struct uffdio_api api = {.api = UFFD_API};

    int descriptor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    REQUIRE(descriptor >= 0 && ioctl(descriptor, UFFDIO_API, &api) == 0, "no userfaultfd");
    char *space = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_register range = {.range = {.start = (unsigned long)space, .len = SIZE}, .mode = UFFDIO_REGISTER_MODE_MISSING};
    REQUIRE(ioctl(descriptor, UFFDIO_REGISTER, &range) == 0, "not registered");
    hard_begin(argc, argv);
    hard_lose(21);
    return hard_ok();
}
