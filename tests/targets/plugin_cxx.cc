/* SPDX-License-Identifier: MIT
 * A plugin that brings the C++ library into a C program; see plugin_brings_cxx.c. */
#include <map>
#include <string>

#include "plugin.h"
#include "target.h"

static NOINLINE void lose_in_cxx()
{
    opaque(new long[5]);
    opaque(::operator new(72));
}

void plugin_run(void)
{
    std::map<int, std::string> map;
    for (int i = 0; i < 100; i++)
        map[i] = std::string(100, 'x');
    try {
        map.at(1000);
    } catch (const std::exception &) {
        lose_in_cxx();
    }
    clear_stack();
}
