/* SPDX-License-Identifier: MIT
 * A line on the terminal while something takes long. It is gone when the work is done. */
#ifndef LEAKWATCH_PROGRAM_PROGRESS_H
#define LEAKWATCH_PROGRAM_PROGRESS_H

struct progress;

/* Shows `text` (copied) on standard error if the work is not done within half a second. Returns NULL, which progress_end() takes,
 * if standard error is no terminal or no thread can be had. All signals are blocked in the thread that waits. */
struct progress *progress_begin(const char *text);
void progress_end(struct progress *progress);

#endif
