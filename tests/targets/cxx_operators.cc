/* SPDX-License-Identifier: MIT
 *
 * The eight replaceable forms of operator new lose a block each, and each of the twelve forms of operator delete frees what its new
 * gave, without an error.
 *
 * expect: record definite 1 201 from new in new_plain main
 * expect: record definite 1 202 from new[] in new_array main
 * expect: record definite 1 203 from new in new_nothrow main
 * expect: record definite 1 204 from new[] in new_array_nothrow main
 * expect: record definite 1 205 from new in new_aligned main
 * expect: record definite 1 206 from new[] in new_array_aligned main
 * expect: record definite 1 207 from new in new_aligned_nothrow main
 * expect: record definite 1 208 from new[] in new_array_aligned_nothrow main
 * expect: leaks definite 8 1636
 * expect: valgrind same */
#include <new>

#include "target.h"

static const std::align_val_t line{64};

#define LOSE(name, call)                                                                                                           \
    static NOINLINE void name()                                                                                                    \
    {                                                                                                                              \
        if (!opaque(call))                                                                                                         \
            abort();                                                                                                               \
    }
LOSE(new_plain, ::operator new(201))
LOSE(new_array, ::operator new[](202))
LOSE(new_nothrow, ::operator new(203, std::nothrow))
LOSE(new_array_nothrow, ::operator new[](204, std::nothrow))
LOSE(new_aligned, ::operator new(205, line))
LOSE(new_array_aligned, ::operator new[](206, line))
LOSE(new_aligned_nothrow, ::operator new(207, line, std::nothrow))
LOSE(new_array_aligned_nothrow, ::operator new[](208, line, std::nothrow))

static NOINLINE void delete_each_form()
{
    ::operator delete(opaque(::operator new(300)));
    ::operator delete(opaque(::operator new(300)), std::nothrow);
    ::operator delete (opaque(::operator new(300)), std::size_t{300});
    ::operator delete(opaque(::operator new(300, line)), line);
    ::operator delete(opaque(::operator new(300, line)), line, std::nothrow);
    ::operator delete (opaque(::operator new(300, line)), std::size_t{300}, line);
    ::operator delete[](opaque(::operator new[](300)));
    ::operator delete[](opaque(::operator new[](300)), std::nothrow);
    ::operator delete[](opaque(::operator new[](300)), std::size_t{300});
    ::operator delete[](opaque(::operator new[](300, line)), line);
    ::operator delete[](opaque(::operator new[](300, line)), line, std::nothrow);
    ::operator delete[](opaque(::operator new[](300, line)), std::size_t{300}, line);
}

static NOINLINE void fail_to_allocate()
{
    const std::size_t huge = PTRDIFF_MAX - reinterpret_cast<std::size_t>(opaque(nullptr));
    if (::operator new(huge, std::nothrow))
        abort();
    try {
        opaque(::operator new(huge));
        abort();
    } catch (const std::bad_alloc &) {
    }
}

int main()
{
    new_plain();
    new_array();
    new_nothrow();
    new_array_nothrow();
    new_aligned();
    new_array_aligned();
    new_aligned_nothrow();
    new_array_aligned_nothrow();
    delete_each_form();
    fail_to_allocate();
    clear_stack();
    return 0;
}
