/* SPDX-License-Identifier: MIT
 *
 * What operator new does when its allocation fails: std::bad_alloc, NULL where it must not throw, the new handler where there is
 * one. The status tells what was seen.
 *
 * expect: leaks none
 * expect: valgrind same
 *
 * expect: case series
 * expect: options --fail-alloc=1..100
 * expect: failing 6 status 5 crash 1
 * expect: fails status "operator new" plain main
 * expect: fails status "operator new" as_large_as_an_exception main
 * expect: fails status "operator new" without_exception main
 * expect: fails status "operator new" aligned main
 * expect: fails status "operator new" handled main
 * expect: fails crash "operator new" main
 * expect: verdict errors
 *
 * expect: case all
 * expect: options --fail-alloc=1+
 * expect: failing any status 1
 * expect: fails status "operator new" plain main
 * expect: process exit 63
 * expect: status 63 */
#include <cstdlib>
#include <exception>
#include <new>

#include "target.h"

static int seen;

template <typename Allocate> static void try_it(int bit, Allocate allocate)
{
    try {
        allocate();
    } catch (const std::bad_alloc &) {
        seen |= bit;
    }
}

static NOINLINE void plain()
{
    ::operator delete(opaque(::operator new(24)));
}

/* std::bad_alloc takes 136 bytes itself: they must not be mistaken for these. */
static NOINLINE void as_large_as_an_exception()
{
    ::operator delete[](opaque(::operator new[](136)));
}

static NOINLINE void without_exception()
{
    void *block = opaque(::operator new(32, std::nothrow));
    if (block == nullptr)
        seen |= 4;
    ::operator delete(block);
}

static NOINLINE void aligned()
{
    const std::align_val_t line{64};
    ::operator delete(opaque(::operator new(100, line)), line);
}

static void handler()
{
    seen |= 16;
    std::set_new_handler(nullptr);
}

/* The second try works, if only one fails. */
static NOINLINE void handled()
{
    std::set_new_handler(handler);
    ::operator delete(opaque(::operator new(40)));
    std::set_new_handler(nullptr);
}

int main()
{
    std::set_terminate(std::abort); /* without a word */
    try_it(1, plain);
    try_it(2, as_large_as_an_exception);
    without_exception();
    try_it(8, aligned);
    try_it(32, handled);
    if (seen == 0)
        ::operator delete(opaque(::operator new(48)));
    clear_stack();
    return seen;
}
