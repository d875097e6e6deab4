/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

struct kernel_files files;
static char folder[] = "/tmp/leakwatch-tree-XXXXXX";

void tree_begin(void)
{
    cr_assert(mkdtemp(folder), "mkdtemp: %s", strerror(errno));
    kernel_files_init(&files, open(folder, O_PATH | O_DIRECTORY));
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    return remove(path);
}

void tree_end(void)
{
    int root = files.root;

    kernel_files_finish(&files);
    close(root);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_folders(const char *path)
{
    char part[PATH_MAX];

    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        mkdirat(files.root, part, 0755);
    }
}

void tree_write(const char *path, const char *text)
{
    make_folders(path);
    int fd = openat(files.root, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "%s: %s", path, strerror(errno));
    close(fd);
}

void tree_remove(const char *path)
{
    cr_assert_eq(unlinkat(files.root, path, 0), 0);
}

void tree_link(const char *path, const char *target)
{
    make_folders(path);
    cr_assert_eq(symlinkat(target, files.root, path), 0);
}

void tree_set_vm(const char *name, const char *value)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "proc/sys/vm/%s", name);
    tree_write(path, value);
}

void tree_write_machine(void)
{
    static const char *const settings[][2] = {
        {"overcommit_memory", "0\n"},
        {"overcommit_ratio", "50\n"},
        {"overcommit_kbytes", "0\n"},
        {"user_reserve_kbytes", "131072\n"},
        {"admin_reserve_kbytes", "8192\n"},
        {"max_map_count", "65530\n"},
        {"panic_on_oom", "0\n"},
        {"oom_kill_allocating_task", "0\n"},
        {"swappiness", "60\n"},
    };

    tree_write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:         6000000 kB\nMemAvailable:    6291456 kB\n"
                               "SwapTotal:             0 kB\nSwapFree:              0 kB\nCommitLimit:     4194304 kB\n"
                               "Committed_AS:    1048576 kB\nHugePages_Total:       0\nHugePages_Free:        0\n"
                               "HugePages_Rsvd:        0\nHugePages_Surp:        0\nHugepagesize:       2048 kB\n"
                               "Hugetlb:               0 kB\n");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        tree_set_vm(settings[i][0], settings[i][1]);
    tree_write("proc/sys/kernel/threads-max", "60000\n");
    tree_write("proc/sys/kernel/pid_max", "32768\n");
    tree_write("proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC Mon Jan 1 00:00:00 UTC 2026\n");
    tree_write("proc/loadavg", "0.00 0.00 0.00 1/200 4711\n");
    tree_write("proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
    tree_write("proc/vmstat", "oom_kill 0\npswpin 0\npswpout 0\npgmajfault 5\ncow_ksm 0\n");
    tree_write("proc/pressure/memory",
               "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    tree_write("proc/zoneinfo", "Node 0, zone   Normal\n  pages free     1500000\n        boost    0\n        min      10000\n"
                                "        low      12500\n        high     15000\n");
    tree_write("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/root rw\n");
}

static const char limits_text[] = "Limit                     Soft Limit           Hard Limit           Units     \n"
                                  "Max data size             unlimited            unlimited            bytes     \n"
                                  "Max stack size            8388608              unlimited            bytes     \n"
                                  "Max processes             unlimited            unlimited            processes \n"
                                  "Max locked memory         8388608              8388608              bytes     \n"
                                  "Max address space         unlimited            unlimited            bytes     \n";

void tree_write_process(void)
{
    tree_write("proc/100/status",
               "Name:\tapp\nState:\tS (sleeping)\nUid:\t1000\t1000\t1000\t1000\nVmPeak:\t  110000 kB\n"
               "VmSize:\t  102400 kB\nVmLck:\t       0 kB\nVmPin:\t       0 kB\nVmHWM:\t   21000 kB\nVmRSS:\t   20480 kB\n"
               "RssAnon:\t   16384 kB\nVmData:\t   40960 kB\nVmStk:\t     132 kB\nVmPTE:\t     100 kB\n"
               "VmSwap:\t       0 kB\nHugetlbPages:\t       0 kB\nThreads:\t3\nCapEff:\t0000000000000000\n");
    tree_write("proc/100/limits", limits_text);
    tree_write("proc/100/stat", "100 (app) S 1 100 100 0 -1 4194304 500 0 7 0 1 2 0 0 20 0 3 0 12345 0 0\n");
    tree_write("proc/100/maps",
               "00400000-00401000 r-xp 00000000 08:01 12 /bin/app\n00600000-00602000 rw-p 00000000 00:00 0 [heap]\n"
               "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n");
    tree_write("proc/100/cgroup", "0::/\n");
    tree_write("proc/100/oom_score", "666\n");
    tree_write("proc/100/oom_score_adj", "0\n");
}

void tree_set_limit(const char *name, const char *soft)
{
    char text[sizeof limits_text], row[32];
    char *at;

    strcpy(text, limits_text);
    snprintf(row, sizeof row, "%-26s", name);
    at = strstr(text, row);
    cr_assert(at, "no limit '%s'", name);
    memset(at + 26, ' ', 20);
    memcpy(at + 26, soft, strlen(soft));
    tree_write("proc/100/limits", text);
}
