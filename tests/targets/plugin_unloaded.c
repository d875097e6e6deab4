/* SPDX-License-Identifier: MIT
 *
 * Two plugins of the same size, loaded one after the other, so that the second lies where the first was: each loses a block and is
 * unloaded; the report names the right one.
 *
 * expect: args {build}/libplugin_a.so {build}/libplugin_b.so
 * expect: leaks definite 2 630
 * expect: record definite 1 310 in lose_in_plugin_a@libplugin_a.so plugin_run@libplugin_a.so run_plugin main
 * expect: record definite 1 320 in lose_in_plugin_b@libplugin_b.so plugin_run@libplugin_b.so run_plugin main
 * expect: valgrind gives definite 2 630: it takes the dynamic linker's index of modules for possibly lost */
#include <dlfcn.h>

#include "target.h"

static NOINLINE void run_plugin(const char *path)
{
    void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void (*run)(void);
    if (!plugin)
        abort();
    *(void **)&run = dlsym(plugin, "plugin_run");
    run();
    dlclose(plugin);
}

int main(int argc, char **argv)
{
    for (int i = 0; i < 2; i++)
        run_plugin(argv[1 + i]);
    clear_stack();
    return 0;
}
