/* SPDX-License-Identifier: MIT */
#include "report_output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"

#define SYMLINKS_MAX 40

/* Opening /dev/stderr or /dev/fd/N anew would start at the beginning of the file, and fails for sockets: take the descriptor
 * itself. Returns its number, or -1 if `path` is no such name. */
static int named_descriptor(const char *path)
{
    static const char prefix[] = "/dev/fd/";
    char *end;

    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    if (strncmp(path, prefix, sizeof prefix - 1) != 0)
        return -1;
    long number = strtol(path + sizeof prefix - 1, &end, 10);
    return *end == '\0' && number >= 0 && number <= INT_MAX ? (int)number : -1;
}

int report_output_init_stream(struct report_output *output, int fd, const char *name)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    if (copy < 0)
        return -errno;
    *output = (struct report_output){.name = name, .fd = copy};
    return 0;
}

/* One name for one file, whatever the path to its directory. Takes over `path`. Returns a path owned by the caller, or NULL and
 * sets errno. */
static char *resolve_directory(char *path)
{
    const char *slash = strrchr(path, '/');
    char *parent = slash ? xstrndup(path, (size_t)(slash - path + 1)) : xstrdup(".");
    char *directory = realpath(parent, NULL);
    char *resolved = directory ? xasprintf("%s/%s", directory, slash ? slash + 1 : path) : NULL;

    free(directory);
    free(parent);
    free(path);
    return resolved;
}

/* Whether the link at `path` may be somebody else's trap: in a directory in which everybody may make files, neither ours nor of the
 * directory's owner. open(2) refuses to follow such, where fs.protected_symlinks is set (proc(5)); here the links are followed by
 * hand. */
static bool is_planted(const char *path)
{
    char *copy = xstrdup(path);
    struct stat link, directory;
    const bool known = lstat(path, &link) == 0 && stat(dirname(copy), &directory) == 0;

    free(copy);
    return known && (directory.st_mode & (S_ISVTX | S_IWOTH)) == (S_ISVTX | S_IWOTH) && link.st_uid != geteuid() &&
           link.st_uid != directory.st_uid;
}

/* Follows symbolic links, the last of which may point to nothing yet: the file is to be made where it points. Returns as
 * resolve_directory() does. */
static char *resolve_links(const char *path)
{
    char *current = xstrdup(path);

    for (int links = 0; links < SYMLINKS_MAX; links++) {
        char text[PATH_MAX];
        ssize_t length = readlink(current, text, sizeof text - 1);
        if (length < 0)
            return resolve_directory(current);
        text[length] = '\0';
        if (is_planted(current)) {
            free(current);
            errno = EACCES;
            return NULL;
        }
        char *slash = text[0] == '/' ? NULL : strrchr(current, '/');
        char *next = slash ? xasprintf("%.*s%s", (int)(slash - current + 1), current, text) : xstrdup(text);
        free(current);
        current = next;
    }
    free(current);
    errno = ELOOP;
    return NULL;
}

static char *name_beside(const char *target)
{
    char *copy = xstrdup(target);
    uint64_t number = 0;

    if (getrandom(&number, sizeof number, GRND_NONBLOCK) < 0)
        number = (uint64_t)clock(); /* the name need not be secret: O_EXCL decides */
    char *path = xasprintf("%s/.leakwatch-%d-%016" PRIx64, dirname(copy), (int)getpid(), number);
    free(copy);
    return path;
}

/* Makes a new file by open(2), at `path` or, with O_TMPFILE, in that directory, with the permissions of the user's own file
 * `target` if there is one. Returns its descriptor, or -errno. */
static int create(const char *path, int flags, const char *target)
{
    struct stat old;
    const bool is_own = stat(target, &old) == 0 && old.st_uid == geteuid();
    const mode_t mode = is_own ? old.st_mode & 0777 : 0666;
    const int fd = open(path, O_WRONLY | O_CLOEXEC | flags, mode);

    if (fd < 0)
        return -errno;
    if (is_own)
        fchmod(fd, mode); /* beyond what the umask left of it */
    return fd;
}

/* Opens a new file in the directory of `target`. Returns its path, owned by the caller, and stores its descriptor; or returns NULL
 * and stores -errno. */
static char *open_beside(const char *target, int *fd)
{
    for (;;) {
        char *path = name_beside(target);
        *fd = create(path, O_CREAT | O_EXCL | O_NOFOLLOW, target);
        if (*fd >= 0)
            return path;
        free(path);
        if (*fd != -EEXIST)
            return NULL;
    }
}

/* The same without a name: of that nothing is left if we are killed. Returns a descriptor or -errno; not every file system has such
 * files. */
static int open_unnamed(const char *target)
{
    char *copy = xstrdup(target);
    const int fd = create(dirname(copy), O_TMPFILE, target);

    free(copy);
    return fd;
}

/* Tries out what report_output_write() will do later. */
static int try_to_replace(const char *target)
{
    if (faccessat(AT_FDCWD, target, F_OK, AT_EACCESS) == 0 && faccessat(AT_FDCWD, target, W_OK, AT_EACCESS) != 0)
        return -errno;
    int fd = open_unnamed(target);
    char *path = fd < 0 ? open_beside(target, &fd) : NULL;
    if (path)
        unlink(path);
    free(path);
    if (fd < 0)
        return fd;
    close(fd);
    return 0;
}

/* Devices, and whatever /proc offers, are written to as they are. */
static bool is_stream(const char *path)
{
    struct stat status;

    if (strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0)
        return true;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

int report_output_init(struct report_output *output, const char *path)
{
    struct stat status;
    int fd = named_descriptor(path);

    if (fd >= 0)
        return report_output_init_stream(output, fd, strcmp(path, "-") == 0 ? "standard output" : path);
    if (*path == '\0')
        return -ENOENT;
    if (path[strlen(path) - 1] == '/' || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
        return -EISDIR;
    if (is_stream(path)) {
        fd = open(path, O_WRONLY | O_CLOEXEC | O_APPEND | O_NOCTTY);
        *output = (struct report_output){.name = path, .fd = fd};
        return fd < 0 ? -errno : 0;
    }
    char *target = resolve_links(path);
    if (target == NULL)
        return -errno;
    int result = try_to_replace(target);
    if (result == 0)
        *output = (struct report_output){.name = path, .target = target, .fd = -1};
    else
        free(target);
    return result;
}

int report_output_init_append(struct report_output *output, const char *path, size_t size_max)
{
    static const size_t file_max = 1 << 20;
    struct stat status;
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_APPEND | O_CREAT | O_NOCTTY, 0666);

    if (fd < 0)
        return -errno;
    if (fstat(fd, &status) != 0 || (size_t)status.st_size + size_max > file_max) {
        close(fd);
        return -EFBIG;
    }
    *output = (struct report_output){.name = path, .fd = fd};
    return 0;
}

void report_output_finish(struct report_output *output)
{
    free(output->target);
    if (output->fd >= 0)
        close(output->fd);
    *output = (struct report_output){.fd = -1};
}

bool report_output_same(const struct report_output *a, const struct report_output *b)
{
    struct stat first, second;

    if (a->target == NULL || b->target == NULL)
        return false;
    if (strcmp(a->target, b->target) == 0)
        return true;
    return stat(a->target, &first) == 0 && stat(b->target, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* A report may have hundreds of megabytes. */
enum { OUTPUT_BUFFER = 1 << 18 };

/* Takes over `fd`. */
static int write_through(int fd, report_output_writer *write, void *context)
{
    FILE *stream = fdopen(fd, "w");

    if (stream == NULL) {
        int error = errno;
        close(fd);
        return -error;
    }
    setvbuf(stream, NULL, _IOFBF, OUTPUT_BUFFER);
    int result = write(context, stream);
    if (fclose(stream) != 0 && result == 0)
        result = -errno;
    return result;
}

/* Takes over `fd`, of a file at `path`. */
static int replace_by_named(const char *target, int fd, const char *path, report_output_writer *write, void *context)
{
    int result = write_through(fd, write, context);

    if (result == 0 && rename(path, target) != 0)
        result = -errno;
    if (result != 0)
        unlink(path);
    return result;
}

/* Returns 0, or -errno: -EEXIST if there is a file of that name. */
static int give_name(int fd, const char *path)
{
    char unnamed[32];

    snprintf(unnamed, sizeof unnamed, "/proc/self/fd/%d", fd); /* AT_EMPTY_PATH would take a capability, see open(2) */
    return linkat(AT_FDCWD, unnamed, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : -errno;
}

/* A name cannot be given to another file at once: it gets one beside, for the moment until it is renamed. */
static int give_name_of(const char *target, int fd)
{
    int result = give_name(fd, target);

    while (result == -EEXIST) {
        char *path = name_beside(target);
        result = give_name(fd, path);
        if (result == 0 && rename(path, target) != 0) {
            result = -errno;
            unlink(path);
        }
        free(path);
    }
    return result;
}

/* Stores whether the file was written: then it only lacks its name if this returns an error. */
static int replace_by_unnamed(const char *target, int fd, report_output_writer *write, void *context, bool *written)
{
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    int result = copy < 0 ? -errno : write_through(copy, write, context);

    *written = result == 0;
    return *written ? give_name_of(target, fd) : result;
}

static int replace_file(const char *target, report_output_writer *write, void *context)
{
    bool written = true;
    int fd = open_unnamed(target), result = fd;

    if (fd >= 0) {
        result = replace_by_unnamed(target, fd, write, context, &written);
        close(fd);
    }
    if (result == 0 || !written)
        return result;
    /* No such files here, or no /proc to name them by. */
    char *path = open_beside(target, &fd);
    if (path == NULL)
        return fd;
    result = replace_by_named(target, fd, path, write, context);
    free(path);
    return result;
}

int report_output_write(const struct report_output *output, report_output_writer *write, void *context)
{
    if (output->target)
        return replace_file(output->target, write, context);
    int copy = fcntl(output->fd, F_DUPFD_CLOEXEC, 3);
    return copy < 0 ? -errno : write_through(copy, write, context);
}
