/* SPDX-License-Identifier: MIT
 *
 * C++ objects that are held by a pointer behind their start, in the ways that the ABI makes: behind the count of an array with
 * destructors, to the second base class. An array of no elements is held by a pointer behind its end.
 *
 * expect: record reachable 1 248 from new[] in hold_array main
 * expect: record reachable 1 8 from new[] in hold_empty_array main
 * expect: record reachable 1 40 from new in hold_second_base main
 * expect: leaks none
 * expect: valgrind gives definite 1 8: it does not know the pointer behind an empty array */
#include "target.h"

struct Item {
    long value[3];
    ~Item()
    {
        value[0] = 0;
    }
};
struct First {
    long first = 1;
    virtual ~First() = default;
    virtual long one()
    {
        return first;
    }
};
struct Second {
    long second = 2;
    virtual ~Second() = default;
    virtual long two()
    {
        return second;
    }
};
struct Both : First, Second {
    long both = 3;
    long one() override
    {
        return both;
    }
    long two() override
    {
        return both;
    }
};
Item *items, *no_items;
Second *second_base;

static NOINLINE void hold_array()
{
    items = new Item[10];
}

static NOINLINE void hold_empty_array()
{
    no_items = new Item[reinterpret_cast<size_t>(opaque(nullptr))];
}

static NOINLINE void hold_second_base()
{
    second_base = new Both;
}

int main()
{
    hold_array();
    hold_empty_array();
    hold_second_base();
    opaque(&items);
    opaque(&second_base);
    clear_stack();
    return 0;
}
