/* SPDX-License-Identifier: MIT
 *
 * Destructors of thread-local objects free and take blocks while their thread ends; those of static objects while the program ends.
 *
 * expect: record definite 2 64 from new in lose_in_destructor start_thread
 * expect: record definite 1 32 from new in lose_in_destructor exit
 * expect: leaks definite 4 128
 * expect: valgrind gives definite 4 128: it takes descriptors of threads, also of ended ones, for possibly lost */
#include <string>
#include <thread>

#include "target.h"

static NOINLINE void lose_in_destructor()
{
    opaque(::operator new(32));
}

struct Holder {
    std::string text = std::string(100, 'a');
    ~Holder()
    {
        lose_in_destructor();
    }
};
static thread_local Holder local;
static Holder global;

int main()
{
    for (int i = 0; i < 2; i++)
        std::thread([] { opaque(&local); }).join();
    opaque(&local);
    opaque(&global);
    return 0;
}
