/* SPDX-License-Identifier: MIT
 * Who needs which libraries, as a tree. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_LIBS_TREE_H
#define LEAKWATCH_REPORT_TEXT_LIBS_TREE_H

#include <stdbool.h>

#include "libraries/library_model.h"

struct text_writer;

/* Each library is shown with the rule that found it; what it needs is shown where it is named first. `all`: also what libraries of
 * the system need. */
void libs_tree_print(const struct text_writer *writer, const struct library_program *program, bool all);

/* "RUNPATH of /x/app". Defined in libs_text.c. */
void libs_text_rule(const struct text_writer *writer, const struct library_program *program, enum library_rule rule, size_t owner);

#endif
