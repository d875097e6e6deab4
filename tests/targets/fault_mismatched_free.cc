/* SPDX-License-Identifier: MIT
 *
 * Blocks given back by a function of another family than the one that handed them out: the program goes on, the report names them.
 *
 * expect: error mismatched-free in free_new main allocated take_new main
 * expect: error mismatched-free in delete_malloc main allocated take_malloc main
 * expect: error mismatched-free in delete_array_as_one main allocated take_array main
 * expect: error mismatched-free in delete_one_as_array main allocated take_new main
 * expect: leaks none
 * expect: valgrind same */
#include <new>

#include "target.h"

static NOINLINE void *take_new()
{
    return opaque(::operator new(30));
}

static NOINLINE void *take_array()
{
    return opaque(::operator new[](30));
}

static NOINLINE void *take_malloc()
{
    return opaque(malloc(30));
}

static NOINLINE void free_new()
{
    free(take_new());
}

static NOINLINE void delete_malloc()
{
    ::operator delete(take_malloc());
}

static NOINLINE void delete_array_as_one()
{
    ::operator delete(take_array());
}

static NOINLINE void delete_one_as_array()
{
    ::operator delete[](take_new());
}

int main()
{
    free_new();
    delete_malloc();
    delete_array_as_one();
    delete_one_as_array();
    return 0;
}
