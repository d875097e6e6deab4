/* SPDX-License-Identifier: MIT
 *
 * Which memory belongs to files with code. */
#ifndef LEAKWATCH_TRACER_MODULES_LOADED_FILES_H
#define LEAKWATCH_TRACER_MODULES_LOADED_FILES_H

#include <stddef.h>

#include "base/maps.h"
#include "heap/snapshot.h"

/* Stores an array, owned by the caller with the paths in it, of what snapshot->loaded_files is to be. Returns its count. */
size_t loaded_files_list(const struct memory_maps *maps, struct loaded_file **files);

#endif
