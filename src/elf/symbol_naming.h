/* SPDX-License-Identifier: MIT
 *
 * Names as people know them: demangled, without versions, with whole paths of sources. What is read for them may be made to harm:
 * this runs in the helper. Private to src/elf/. */
#ifndef LEAKWATCH_ELF_SYMBOL_NAMING_H
#define LEAKWATCH_ELF_SYMBOL_NAMING_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct symbol_file;
struct symbol_object;
struct symbol_place;

/* Names the code at `offset` bytes into the file. Texts live as long as the file and what is in the arena. */
void symbol_naming_place(struct symbol_file *file, uint64_t offset, struct arena *arena, struct symbol_place *place);

/* Names what lies `distance` from there in memory; the like of symbolizer_object(). */
int symbol_naming_object(struct symbol_file *file, uint64_t offset, int64_t distance, bool code, struct arena *arena,
                         struct symbol_object *object);

#endif
