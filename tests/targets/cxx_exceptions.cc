/* SPDX-License-Identifier: MIT
 *
 * Exceptions thrown through frames that hold containers: everything is freed.
 *
 * expect: leaks none
 * expect: valgrind same */
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "target.h"

static NOINLINE int descend(int depth)
{
    std::vector<std::string> strings(10, std::string(50 + depth, 'x'));
    if (depth == 0)
        throw std::runtime_error("the bottom is reached and says so in a long text");
    return descend(depth - 1) + static_cast<int>(strings.size());
}

int main()
{
    std::map<int, std::string> messages;
    for (int i = 0; i < 50; i++) {
        try {
            descend(i);
        } catch (const std::exception &error) {
            messages[i] = error.what();
        }
    }
    return messages.size() == 50 ? 0 : 1;
}
