/* SPDX-License-Identifier: MIT
 *
 * Pointers that are tagged in their upper bits, inverted, in the user data of epoll, or held by another process: what only they
 * hold is lost, but for what the kernel keeps for the program.
 *
 * cases: S36
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 2, "bytes": 33} and .summary.reachable.blocks >= 1 */
#include <stdint.h>
#include <sys/epoll.h>

#include "../targets/target.h"
#include "hard.h"

static volatile uintptr_t tagged, inverted;

__attribute__((noinline)) static void hide(int epoll, int end)
{
    tagged = (uintptr_t)malloc(11) | UINT64_C(0xabcd) << 48;
    inverted = ~(uintptr_t)malloc(22);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = malloc(44)};
    REQUIRE(epoll_ctl(epoll, EPOLL_CTL_ADD, end, &event) == 0, "not added");
    explicit_bzero(&event, sizeof event);
}

int main(int argc, char *argv[])
{
    int ends[2], epoll = epoll_create1(0);

    hard_begin(argc, argv);
    REQUIRE(pipe(ends) == 0, "no pipe");
    hide(epoll, ends[0]);
    clear_stack();
    return hard_ok();
}
