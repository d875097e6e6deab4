/* SPDX-License-Identifier: MIT
 *
 * All that a program can ask about itself and its surroundings is the same as without a tool, in it and in what it executes:
 * environment, descriptors, signals, limits, priorities, identities, files it starts from. What is not hidden is left out,
 * see leakwatch-safety(7): of /proc/self/status TracerPid, Seccomp, Cpus_allowed, without root NoNewPrivs; the mappings.
 *
 * cases: P01 P31 P41 P45 P53 P54 S31 V12
 * ways: run trace look follow */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "hard.h"

extern char **environ;

/* Prints the file with the empty strings taken out: the environment's entries stand one behind the other with zeros between, and
 * more of them where entries were. */
static void show_strings(const char *path)
{
    char bytes[65536];
    int file = open(path, O_RDONLY);
    ssize_t size = file >= 0 ? read(file, bytes, sizeof bytes - 1) : -1;

    REQUIRE(size >= 0, "%s: %s", path, strerror(errno));
    bytes[size] = '\0';
    printf("%s:\n", path);
    for (const char *string = bytes; string < bytes + size; string += strlen(string) + 1)
        if (*string)
            printf("%s\n", string);
    close(file);
}

static void show_environment(void)
{
    for (char **entry = environ; *entry; entry++)
        printf("environ: %s\n", *entry);
    show_strings("/proc/self/environ");
}

/* What /proc/self/status says of signals, identities and rights. */
static void show_status(void)
{
    static const char *const wanted[] = {
        "Name",
        "Umask",
        "Uid",
        "Gid",
        "FDSize",
        "Groups",
        "Threads",
        "SigPnd",
        "ShdPnd",
        "SigBlk",
        "SigIgn",
        "SigCgt",
        "CapInh",
        "CapPrm",
        "CapEff",
        "CapBnd",
        "CapAmb",
        "CoreDumping",
        "THP_enabled",
        "Speculation_Store_Bypass",
        "SpeculationIndirectBranch",
        "Mems_allowed",
    };
    char line[1024];
    FILE *file = fopen("/proc/self/status", "r");

    REQUIRE(file, "no status");
    while (fgets(line, sizeof line, file)) {
        size_t length = strcspn(line, ":");
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (strlen(wanted[i]) == length && strncmp(line, wanted[i], length) == 0)
                fputs(line, stdout);
    }
    fclose(file);
}

static void show_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");

    REQUIRE(folder, "no descriptors");
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            printf("descriptor %s: %#x, %#x\n", entry->d_name, fcntl(atoi(entry->d_name), F_GETFD),
                   fcntl(atoi(entry->d_name), F_GETFL));
    closedir(folder);
}

static void show_limits(void)
{
    struct rlimit limit, same;

    for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
        REQUIRE(getrlimit(resource, &limit) == 0 && prlimit(0, resource, NULL, &same) == 0, "no limit %d", resource);
        printf("limit %d: %ju %ju, %ju %ju\n", resource, limit.rlim_cur, limit.rlim_max, same.rlim_cur, same.rlim_max);
    }
}

static void show_signals(void)
{
    stack_t stack;

    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && (action.sa_handler != SIG_DFL || action.sa_flags != 0))
            printf("signal %d: %s, %#x\n", number, action.sa_handler == SIG_IGN ? "ignored" : "not default", action.sa_flags);
    }
    sigaltstack(NULL, &stack);
    printf("signal stack: %#x, %zu\n", stack.ss_flags, stack.ss_size);
}

static void show_settings(void)
{
    static const int operations[] = {PR_GET_DUMPABLE,    PR_GET_KEEPCAPS,   PR_GET_SECUREBITS, PR_GET_TIMERSLACK,
                                     PR_GET_THP_DISABLE, PR_GET_IO_FLUSHER, PR_MCE_KILL_GET,   PR_GET_TIMING};
    int signal = -1, reaper = -1, stamps = -1;
    cpu_set_t processors;

    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        printf("prctl %d: %d\n", operations[i], prctl(operations[i], 0, 0, 0, 0));
    prctl(PR_GET_PDEATHSIG, &signal);
    prctl(PR_GET_CHILD_SUBREAPER, &reaper);
    prctl(PR_GET_TSC, &stamps);
    printf("signal at the parent's end %d, subreaper %d, time stamps %d\n", signal, reaper, stamps);
    printf("personality %#x, nice %d, policy %d, class of input and output %ld\n", personality(0xffffffff),
           getpriority(PRIO_PROCESS, 0), sched_getscheduler(0), syscall(SYS_ioprio_get, 1, 0));
    sched_getaffinity(0, sizeof processors, &processors);
    printf("processors %d, new privileges %d\n", CPU_COUNT(&processors), geteuid() != 0 || !prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    printf("secure %lu, terminal %d\n", getauxval(AT_SECURE), open("/dev/tty", O_RDWR));
}

static void show_place(void)
{
    char *place = getcwd(NULL, 0), link[4096] = "";

    REQUIRE(readlink("/proc/self/exe", link, sizeof link - 1) > 0, "no program");
    printf("in %s, root and program %s, %s\n", place, link, (const char *)getauxval(AT_EXECFN));
    free(place);
    show_strings("/proc/self/cmdline");
    show_strings("/proc/self/oom_score_adj");
    show_strings("/proc/self/coredump_filter");
    show_strings("/proc/self/cgroup");
    show_strings("/proc/self/loginuid");
}

static void show_relations(void)
{
    REQUIRE(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "there is a child");
    printf("group is the session's: %d, time zones %d\n", getpgrp() == getsid(0), getenv("TZ") != NULL);
}

static void show_all(void)
{
    show_environment();
    show_status();
    show_descriptors();
    show_limits();
    show_signals();
    show_settings();
    show_place();
    show_relations();
    fflush(stdout);
}

int main(int argc, char *argv[])
{
    char *words[] = {"as_alone", "executed", NULL};
    int status;

    hard_begin(argc, argv);
    show_all();
    if (argc == 2 && strcmp(argv[1], "executed") == 0)
        return EXIT_SUCCESS;
    pid_t pid = fork();
    if (pid == 0) {
        execv("/proc/self/exe", words);
        _exit(9);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid && status == 0, "status %#x", status);
    return hard_ok();
}
