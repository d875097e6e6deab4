/* SPDX-License-Identifier: MIT */
#include "cold_record.h"

#include <stdlib.h>

const struct cold_sense *cold_sense(enum cold_detector detector)
{
    static const struct cold_sense senses[COLD_DETECTORS] = {
        [COLD_IDLE_PAGES] = {"idle-pages", true, true, "neither read nor written, by the kernel's idle page tracking",
                             "whether it was this process that touched a page which it shares"},
        [COLD_WRITE_PROTECT] = {"write-protect", false, true, "not written, by write-protected pages",
                                "reads, and what devices and io_uring write to pages that they have pinned"},
        [COLD_SOFT_DIRTY] = {"soft-dirty", false, true, "not written, by the soft-dirty bits of pages",
                             "reads, and what devices and io_uring write to pages that they have pinned"},
        [COLD_REFERENCED] = {"referenced", true, false, "neither read nor written, by mappings",
                             "which part of a mapping was touched: all blocks in it count as touched, those in [heap], too"},
    };
    return &senses[detector];
}

void cold_record_finish(struct cold_record *record)
{
    free(record->problem);
    free(record->rejected);
    cold_pages_finish(&record->pages);
    *record = (struct cold_record){0};
}
