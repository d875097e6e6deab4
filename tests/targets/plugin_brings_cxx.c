/* SPDX-License-Identifier: MIT
 *
 * A C program that loads a C++ plugin with RTLD_LOCAL: the C++ library comes late, and outside the global scope.
 *
 * expect: args {build}/libplugin_cxx.so
 * expect: leaks definite 2 112
 * expect: record definite 1 40 from new[] in lose_in_cxx plugin_run main
 * expect: record definite 1 72 from new in lose_in_cxx plugin_run main
 * expect: valgrind gives definite 2 112: it takes the dynamic linker's index of modules for possibly lost */
#include <dlfcn.h>

#include "target.h"

int main(int argc, char **argv)
{
    void *plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    void (*run)(void);
    if (!plugin)
        return 1;
    *(void **)&run = dlsym(plugin, "plugin_run");
    run();
    clear_stack();
    return 0;
}
