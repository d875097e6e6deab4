/* SPDX-License-Identifier: MIT */
#include "stream_end.h"

#include <errno.h>

int stream_end(FILE *stream)
{
    if (fflush(stream) != 0 || ferror(stream))
        return errno ? -errno : -EIO;
    return 0;
}
