/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program/report_output.h"

static char directory[] = "/tmp/report-output-XXXXXX";
static struct report_output output;

static void start(void)
{
    cr_assert_not_null(mkdtemp(directory));
    cr_assert_eq(chdir(directory), 0);
    umask(027);
}

static void stop(void)
{
    DIR *entries = opendir(".");

    for (struct dirent *entry; (entry = readdir(entries));)
        if (entry->d_name[0] != '.' || entry->d_name[1] != '\0')
            unlink(entry->d_name);
    closedir(entries);
    rmdir(directory);
}

TestSuite(report_output, .init = start, .fini = stop);

static int write_text(void *context, FILE *stream)
{
    return fputs(context, stream) < 0 ? -EIO : 0;
}

/* Writes `text` to the output under test. */
static int put_report(const char *text)
{
    return report_output_write(&output, write_text, (void *)text);
}

static int write_half(void *context, FILE *stream)
{
    fputs("half", stream);
    return -ENOSPC;
}

static void assert_content(const char *path, const char *expected)
{
    char text[64] = "";
    int fd = open(path, O_RDONLY);

    cr_assert(fd >= 0, "%s", path);
    cr_assert(read(fd, text, sizeof text - 1) >= 0);
    close(fd);
    cr_assert_str_eq(text, expected);
}

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0666);

    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static size_t files_here(void)
{
    size_t count = 0;
    DIR *entries = opendir(".");

    for (struct dirent *entry; (entry = readdir(entries));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(entries);
    return count;
}

Test(report_output, init_leaves_no_trace)
{
    cr_assert_eq(report_output_init(&output, "report"), 0);
    cr_assert_eq(files_here(), 0);
    report_output_finish(&output);
}

Test(report_output, init_does_not_touch_what_is_there)
{
    put("report", "old");
    cr_assert_eq(report_output_init(&output, "report"), 0);
    assert_content("report", "old");
    report_output_finish(&output);
}

Test(report_output, the_file_has_the_users_mode)
{
    struct stat status;

    cr_assert_eq(report_output_init(&output, "report"), 0);
    cr_assert_eq(put_report("new"), 0);
    cr_assert_eq(stat("report", &status), 0);
    cr_assert_eq(status.st_mode & 0777, 0640);
    report_output_finish(&output);
}

Test(report_output, a_file_replaced_keeps_its_mode)
{
    static const mode_t modes[] = {0600, 0666};
    struct stat status;

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        put("report", "old");
        cr_assert_eq(chmod("report", modes[i]), 0);
        cr_assert_eq(report_output_init(&output, "report"), 0);
        cr_assert_eq(put_report("new"), 0);
        cr_assert_eq(stat("report", &status), 0);
        cr_assert_eq(status.st_mode & 0777, modes[i]);
        report_output_finish(&output);
    }
}

Test(report_output, each_write_replaces_the_file)
{
    put("report", "a longer text that was there before");
    cr_assert_eq(report_output_init(&output, "report"), 0);
    cr_assert_eq(put_report("first"), 0);
    assert_content("report", "first");
    cr_assert_eq(put_report("2"), 0);
    assert_content("report", "2");
    cr_assert_eq(files_here(), 1);
    report_output_finish(&output);
}

Test(report_output, a_failed_write_leaves_the_old_file)
{
    put("report", "old");
    cr_assert_eq(report_output_init(&output, "report"), 0);
    cr_assert_eq(report_output_write(&output, write_half, NULL), -ENOSPC);
    assert_content("report", "old");
    cr_assert_eq(files_here(), 1);
    report_output_finish(&output);
}

/* ---- Files without a name --------------------------------------------------------------------------------------------------- */

static bool has_unnamed_files(void)
{
    const int fd = open(".", O_TMPFILE | O_WRONLY, 0600);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Stores up to `size` bytes of the names that were given to files here since `watch` was made, with a blank after each. */
static void names_made(int watch, char *names, size_t size)
{
    _Alignas(struct inotify_event) char events[4096];
    const ssize_t length = read(watch, events, sizeof events);
    const struct inotify_event *event;

    *names = '\0';
    for (ssize_t at = 0; at < length; at += (ssize_t)(sizeof *event + event->len)) {
        event = (const struct inotify_event *)(events + at);
        const size_t used = strlen(names);
        snprintf(names + used, size - used, "%s ", event->name);
    }
}

/* Who is killed cannot take away what has a name. */
Test(report_output, nothing_has_a_name_before_it_is_whole)
{
    const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    char names[256];

    if (!has_unnamed_files())
        cr_skip("this file system has no files without a name");
    cr_assert(inotify_add_watch(watch, ".", IN_CREATE | IN_MOVED_TO) >= 0);
    cr_assert_eq(report_output_init(&output, "report"), 0);
    names_made(watch, names, sizeof names);
    cr_assert_str_eq(names, "");
    cr_assert_eq(report_output_write(&output, write_half, NULL), -ENOSPC);
    names_made(watch, names, sizeof names);
    cr_assert_str_eq(names, "");
    cr_assert_eq(put_report("new"), 0);
    names_made(watch, names, sizeof names);
    cr_assert_str_eq(names, "report ");
    report_output_finish(&output);
    close(watch);
}

static int die(void *context, FILE *stream)
{
    fputs("half", stream);
    fflush(stream);
    return raise(SIGKILL);
}

Test(report_output, a_writer_that_is_killed_leaves_the_old_file_and_no_other)
{
    int status;

    if (!has_unnamed_files())
        cr_skip("this file system has no files without a name");
    put("report", "old");
    cr_assert_eq(report_output_init(&output, "report"), 0);
    const pid_t child = fork();
    if (child == 0)
        _exit(report_output_write(&output, die, NULL) != 0);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_content("report", "old");
    cr_assert_eq(files_here(), 1);
    report_output_finish(&output);
}

/* From now on the call fails if the bits in its argument of that number are set. */
static void forbid(int call, unsigned argument, unsigned bits, int error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    cr_assert_eq(
        seccomp_rule_add(filter, SCMP_ACT_ERRNO((unsigned)error), call, 1, SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, bits, bits)), 0);
    cr_assert_eq(seccomp_load(filter), 0);
    seccomp_release(filter);
}

static void assert_replaced(void)
{
    put("report", "old");
    cr_assert_eq(report_output_init(&output, "report"), 0);
    cr_assert_eq(files_here(), 1);
    cr_assert_eq(report_output_write(&output, write_half, NULL), -ENOSPC);
    assert_content("report", "old");
    cr_assert_eq(put_report("new"), 0);
    assert_content("report", "new");
    cr_assert_eq(files_here(), 1);
    report_output_finish(&output);
}

Test(report_output, where_all_files_have_names_it_is_written_beside)
{
    forbid(SCMP_SYS(openat), 2, O_TMPFILE, EOPNOTSUPP);
    cr_assert_not(has_unnamed_files());
    assert_replaced();
}

Test(report_output, where_a_name_cannot_be_given_it_is_written_beside)
{
    forbid(SCMP_SYS(linkat), 4, AT_SYMLINK_FOLLOW, ENOENT); /* as without /proc */
    assert_replaced();
}

/* ---- Names that stand for others -------------------------------------------------------------------------------------------- */

Test(report_output, a_symbolic_link_is_followed_not_replaced)
{
    struct stat status;

    put("target", "old");
    cr_assert_eq(symlink("target", "link"), 0);
    cr_assert_eq(symlink("not-yet", "dangling"), 0);
    cr_assert_eq(report_output_init(&output, "link"), 0);
    cr_assert_eq(put_report("new"), 0);
    assert_content("target", "new");
    cr_assert_eq(lstat("link", &status), 0);
    cr_assert(S_ISLNK(status.st_mode));
    report_output_finish(&output);

    cr_assert_eq(report_output_init(&output, "dangling"), 0);
    cr_assert_eq(put_report("new"), 0);
    assert_content("not-yet", "new");
    report_output_finish(&output);
}

/* The directory is for all, as /tmp is, and the links lead to where only we may write. */
Test(report_output, a_link_of_another_user_is_not_followed)
{
    const uid_t other = 65534;

    if (geteuid() != 0)
        cr_skip("only root makes links of others");
    cr_assert_eq(mkdir("private", 0700), 0);
    put("private/existing", "old");
    cr_assert_eq(chmod(".", 01777), 0);
    cr_assert_eq(symlink("private/existing", "planted"), 0);
    cr_assert_eq(symlink("private/new", "dangling"), 0);
    cr_assert_eq(symlink("planted", "own"), 0);
    cr_assert_eq(lchown("planted", other, other), 0);
    cr_assert_eq(lchown("dangling", other, other), 0);
    cr_assert_eq(report_output_init(&output, "planted"), -EACCES);
    cr_assert_eq(report_output_init(&output, "dangling"), -EACCES);
    cr_assert_eq(report_output_init(&output, "own"), -EACCES);
    assert_content("private/existing", "old");
    cr_assert_eq(chown(".", other, other), 0); /* who owns the directory can do as he likes there anyhow */
    cr_assert_eq(report_output_init(&output, "planted"), 0);
    report_output_finish(&output);
    unlink("private/existing");
    rmdir("private");
}

Test(report_output, what_cannot_be_written_is_known_before)
{
    cr_assert_eq(symlink("loop", "loop"), 0);
    cr_assert_eq(report_output_init(&output, "missing/report"), -ENOENT);
    cr_assert_eq(report_output_init(&output, "/tmp"), -EISDIR);
    cr_assert_eq(report_output_init(&output, "new/"), -EISDIR);
    cr_assert_eq(report_output_init(&output, "loop"), -ELOOP);
    cr_assert_eq(report_output_init(&output, "/dev/fd/999"), -EBADF);
    cr_assert_eq(report_output_init(&output, "/proc/self/nothing"), -ENOENT);
}

Test(report_output, a_device_is_written_to)
{
    struct stat status;

    cr_assert_eq(report_output_init(&output, "/dev/null"), 0);
    cr_assert_eq(put_report("gone"), 0);
    cr_assert_eq(stat("/dev/null", &status), 0);
    cr_assert(S_ISCHR(status.st_mode));
    report_output_finish(&output);
}

Test(report_output, a_full_device_is_an_error)
{
    cr_assert_eq(report_output_init(&output, "/dev/full"), 0);
    cr_assert_eq(put_report("too much"), -ENOSPC);
    report_output_finish(&output);
}

Test(report_output, a_descriptor_goes_on_where_it_stands)
{
    int fd = open("log", O_RDWR | O_CREAT, 0666);
    char name[32];

    cr_assert_eq(write(fd, "before ", 7), 7);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    cr_assert_eq(report_output_init(&output, name), 0);
    cr_assert_eq(put_report("one "), 0);
    cr_assert_eq(put_report("two"), 0);
    assert_content("log", "before one two");
    report_output_finish(&output);
    close(fd);
}

Test(report_output, a_fifo_is_written_to)
{
    char text[8] = "";

    cr_assert_eq(mkfifo("fifo", 0600), 0);
    int reader = open("fifo", O_RDONLY | O_NONBLOCK);
    cr_assert_eq(report_output_init(&output, "fifo"), 0);
    cr_assert_eq(put_report("news"), 0);
    cr_assert_eq(read(reader, text, sizeof text - 1), 4);
    cr_assert_str_eq(text, "news");
    report_output_finish(&output);
    close(reader);
}

Test(report_output, the_same_file_is_seen_through_other_names)
{
    struct report_output other;

    put("report", "old");
    cr_assert_eq(symlink("report", "link"), 0);
    cr_assert_eq(report_output_init(&output, "report"), 0);
    cr_assert_eq(report_output_init(&other, "link"), 0);
    cr_assert(report_output_same(&output, &other));
    report_output_finish(&other);
    cr_assert_eq(report_output_init(&other, "different"), 0);
    cr_assert_not(report_output_same(&output, &other));
    report_output_finish(&other);
    report_output_finish(&output);
}
