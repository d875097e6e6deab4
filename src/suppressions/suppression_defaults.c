/* SPDX-License-Identifier: MIT */
#include "suppression.h"

/* Blocks that the C library takes once and keeps where a scan finds no pointer to their start. Kept small on purpose: a suppression
 * that is too wide hides a leak. With glibc 2.36, a program that used threads, timers, asynchronous input and output, locales,
 * iconv, name services, message catalogues, dlopen and lazy thread-local storage had these, and no others that were not found
 * reachable:
 *
 *   a thread's vector of thread-local storage (the thread points behind its first element), its resized copies, the storage of
 *   libraries loaded later (pointers are rounded up for alignment), the table of _dl_find_object().
 *
 * All are taken by code of the dynamic linker itself; blocks of constructors that it calls have another innermost frame. */
const char suppression_defaults[] = "{\n"
                                    "   dynamic-linker-keeps-it\n"
                                    "   Memcheck:Leak\n"
                                    "   match-leak-kinds: possible,reachable\n"
                                    "   fun:*alloc\n"
                                    "   obj:*/ld-linux-x86-64.so.2\n"
                                    "}\n"
                                    "{\n"
                                    "   dynamic-linker-keeps-it-old-name\n"
                                    "   Memcheck:Leak\n"
                                    "   match-leak-kinds: possible,reachable\n"
                                    "   fun:*alloc\n"
                                    "   obj:*/ld-2.*.so\n"
                                    "}\n";
