/* SPDX-License-Identifier: MIT
 *
 * A program that writes over leakwatch's own notes in its memory: the program ends as it would, the report says what is wrong with
 * the notes, and never that all is well. The arguments are the first and the last byte, and what to write.
 *
 * expect: coverage not-full
 * expect: more
 * expect: valgrind skip: it has no such notes
 * expect: case magic
 * expect: args 0 8 255
 * expect: verdict incomplete
 * expect: case header
 * expect: args 0 136 255
 * expect: verdict incomplete
 * expect: case lists
 * expect: args 56 72 171
 * expect: verdict leaks
 * expect: case segments
 * expect: args 10000 40000 171
 * expect: verdict leaks
 * expect: case directory
 * expect: args 40000 172000 171
 * expect: verdict incomplete */
#include <dlfcn.h>
#include <unistd.h>

#include "target.h"

int main(int argc, char **argv)
{
    volatile unsigned char *ledger = dlsym(RTLD_DEFAULT, "lw_ledger");
    for (int i = 0; i < 100; i++)
        opaque(malloc(24));
    for (int i = atoi(argv[1]); ledger && i < atoi(argv[2]); i++)
        ledger[i] = atoi(argv[3]);
    _exit(0);
}
