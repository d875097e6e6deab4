/* SPDX-License-Identifier: MIT */
#include "gzip_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/xalloc.h"

enum {
    WINDOW_BITS = 15 + 16, /* the largest window; 16 more: with the header of gzip */
    MEMORY_LEVEL = 8,      /* as zlib has it by default */
    OUTPUT_SIZE = 65536,
};

struct gzip_stream {
    FILE *target;
    z_stream zlib;
    unsigned char output[OUTPUT_SIZE];
};

/* Compresses all input that there is, and writes what comes out of it. Returns 0 or -errno. */
static int compress_input(struct gzip_stream *gzip, int flush)
{
    do {
        gzip->zlib.next_out = gzip->output;
        gzip->zlib.avail_out = OUTPUT_SIZE;
        if (deflate(&gzip->zlib, flush) == Z_STREAM_ERROR)
            return -EINVAL;
        const size_t size = OUTPUT_SIZE - gzip->zlib.avail_out;
        if (fwrite(gzip->output, 1, size, gzip->target) != size)
            return errno ? -errno : -EIO;
    } while (gzip->zlib.avail_out == 0);
    return 0;
}

static ssize_t write_input(void *cookie, const char *bytes, size_t size)
{
    struct gzip_stream *gzip = cookie;

    gzip->zlib.next_in = (Bytef *)bytes;
    gzip->zlib.avail_in = (uInt)size; /* at most the buffer of the stream */
    int error = compress_input(gzip, Z_NO_FLUSH);
    if (error == 0)
        return (ssize_t)size;
    errno = -error;
    return 0; /* see fopencookie(3): not -1 */
}

static int write_compressed(struct gzip_stream *gzip, gzip_stream_writer *write, void *context)
{
    FILE *stream = fopencookie(gzip, "w", (cookie_io_functions_t){.write = write_input});

    if (stream == NULL)
        return -errno;
    setvbuf(stream, NULL, _IOFBF, OUTPUT_SIZE);
    errno = 0;
    int error = write(context, stream);
    if (fclose(stream) != 0 && error == 0)
        error = errno ? -errno : -EIO;
    gzip->zlib.avail_in = 0;
    return error ? error : compress_input(gzip, Z_FINISH);
}

int gzip_stream_write(FILE *target, gzip_stream_writer *write, void *context)
{
    struct gzip_stream *gzip = xcalloc(1, sizeof *gzip);
    int error = -ENOMEM;

    gzip->target = target;
    if (deflateInit2(&gzip->zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK)
        error = write_compressed(gzip, write, context);
    deflateEnd(&gzip->zlib);
    free(gzip);
    return error;
}
