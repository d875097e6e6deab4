/* SPDX-License-Identifier: MIT
 *
 * What processes ask for at run time: libraries, programs, files, each by several paths until one is there. What was found
 * somewhere is no problem; what was not found anywhere is gathered here, with the paths that were tried. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_REQUESTS_H
#define LEAKWATCH_LIBRARIES_LIBRARY_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/hash_table.h"
#include "library_model.h"

struct library_root;

struct library_requests {
    const struct library_root *root;   /* in which rejected files are examined; lent */
    struct hash_table table;           /* struct request, by process, kind and name */
    struct hash_table processes;       /* struct asking_process */
    struct library_request **requests; /* all, in the order in which they began; count */
    size_t count, capacity;
    bool overflow; /* there were more than fit */
    struct arena arena;
};

void library_requests_init(struct library_requests *requests, const struct library_root *root);
void library_requests_finish(struct library_requests *requests);

/* `child` goes on as its parent does. */
void library_requests_forked(struct library_requests *requests, pid_t parent, pid_t child);
/* The process executes `program` (a path) from now on, and its dynamic linker begins. */
void library_requests_executed(struct library_requests *requests, pid_t pid, const char *program);
/* Its dynamic linker has done its part; what comes now is the program's wish. */
void library_requests_started(struct library_requests *requests, pid_t pid);
/* It is about to execute `path`: if it comes back with an error, library_requests_looked() says so. */
void library_requests_executing(struct library_requests *requests, pid_t pid, const char *path);
/* It is gone. */
void library_requests_ended(struct library_requests *requests, pid_t pid);

/* The process has looked for `path`, absolute; `error`: errno, or 0 if it was there. */
void library_requests_looked(struct library_requests *requests, pid_t pid, enum library_request_kind kind, const char *path,
                             int error);

/* The dynamic linker has opened `path`, absolute, as `descriptor`. Whether it takes the file shows when it maps it, or closes it
 * before. */
void library_requests_opened(struct library_requests *requests, pid_t pid, const char *path, int descriptor);
void library_requests_mapped(struct library_requests *requests, pid_t pid, int descriptor);
void library_requests_closed(struct library_requests *requests, pid_t pid, int descriptor);

/* Whether the file name is one of a library: libfoo.so, libfoo.so.1. */
bool library_requests_is_library(const char *path);

/* Puts what was never found into `report`: libraries and programs, and files if wanted. The texts stay those of `requests`. */
void library_requests_report(struct library_requests *requests, bool files, struct library_report *report);

#endif
