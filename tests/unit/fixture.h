/* SPDX-License-Identifier: MIT
 * Files for tests, in a directory that goes away with the test. */
#ifndef LEAKWATCH_TESTS_FIXTURE_H
#define LEAKWATCH_TESTS_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

/* Makes a directory and enters it. For .init and .fini of a suite. */
void fixture_begin(void);
void fixture_end(void);

/* Absolute path of a file in the directory; valid until the next call. */
const char *fixture_path(const char *name);
void fixture_write(const char *name, const void *bytes, size_t size);
/* Whole contents; to be freed. */
char *fixture_read(const char *name, size_t *size);
/* Runs a shell command in the directory. Whether it succeeded. */
bool fixture_run(const char *command);
/* Ends the test as skipped if this program is not installed. */
void fixture_require(const char *program);
/* Opens a file of the directory for reading; fails the test if it cannot. */
int fixture_open(const char *name);

#endif
