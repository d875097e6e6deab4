/* SPDX-License-Identifier: MIT
 *
 * A string of the old libstdc++ ABI is held by a pointer to its characters, behind length, capacity and reference count.
 *
 * expect: record reachable 1 1025 from new in hold_string
 * expect: leaks none
 * expect: valgrind same */
#define _GLIBCXX_USE_CXX11_ABI 0
#include <string>

#include "target.h"

std::string *text;

static NOINLINE void hold_string()
{
    text->assign(1000, 'x');
}

int main()
{
    static char room[sizeof(std::string)];
    text = new (room) std::string;
    hold_string();
    clear_stack();
    return 0;
}
