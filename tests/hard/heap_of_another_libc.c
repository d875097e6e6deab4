/* SPDX-License-Identifier: MIT
 *
 * A second C library in a namespace of its own, whose heap nobody sees: what is taken and given back there is no error of the
 * first.
 *
 * cases: S28
 * ways: run trace look follow
 * report: (.processes[0].errors | length) == 0 */
#include <dlfcn.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    void *library = dlmopen(LM_ID_NEWLM, "libc.so.6", RTLD_NOW);
    REQUIRE(library, "%s", dlerror());
    void *(*take)(size_t) = (void *(*)(size_t))dlsym(library, "malloc");
    void (*give)(void *) = (void (*)(void *))dlsym(library, "free");
    for (int i = 0; i < 100; i++)
        give(take(1000));
    return hard_ok();
}
