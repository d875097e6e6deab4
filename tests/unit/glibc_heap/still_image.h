/* SPDX-License-Identifier: MIT
 *
 * This very process, standing still: a child made by fork() that does nothing has all its memory, whatever the parent does
 * meanwhile. */
#ifndef LEAKWATCH_TEST_STILL_IMAGE_H
#define LEAKWATCH_TEST_STILL_IMAGE_H

#include <sys/types.h>

#include "base/maps.h"
#include "base/memory_view.h"

struct still_image {
    pid_t pid;
    int hold, pagemap;
    struct memory_view view;
    struct memory_maps maps;
};

/* Ends the program if that fails. The image must not be moved. */
void still_image_take(struct still_image *image);
void still_image_release(struct still_image *image);

#endif
