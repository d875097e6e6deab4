/* SPDX-License-Identifier: MIT
 *
 * Preloaded into leakwatch: with STRIKE=NUMBER,SIGNAL[,PID], leakwatch, or that process, or its whole group (PID 0), gets the
 * signal just before leakwatch makes the request of that number, counted from 0, to tracees: ptrace(2), or wait4(2) for them; of
 * number -1: just before it lets one go on with a signal. Several of them are told apart by spaces. A process that is killed is as
 * dead as it can be without its tracer when that request is made, and each later one. */
#include <dirent.h>
#include <dlfcn.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct strike {
    int number, signal;
    pid_t victim; /* -1: leakwatch */
};
enum { STRIKES_MAX = 4 };
static struct strike strikes[STRIKES_MAX];
static size_t strike_count;
static int requests;
static pid_t killed;

/* Whether a thread has taken notice of SIGKILL: it has ended, or waits for its tracer at its end. */
static bool has_died(pid_t pid, const char *tid)
{
    char path[64], line[256], state = 'X';
    unsigned long long pending = 0;

    snprintf(path, sizeof path, "/proc/%d/task/%.20s/status", (int)pid, tid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        sscanf(line, "State: %c", &state);
        sscanf(line, "SigPnd: %llx", &pending);
    }
    if (file)
        fclose(file);
    return state == 'Z' || state == 'X' || (state == 't' && !(pending & 1ull << (SIGKILL - 1)));
}

static bool have_all_died(pid_t pid)
{
    char path[64];
    const struct dirent *entry;
    bool dead = true;

    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *directory = opendir(path);
    while (directory && (entry = readdir(directory)) != NULL)
        dead &= entry->d_name[0] == '.' || has_died(pid, entry->d_name);
    if (directory)
        closedir(directory);
    return dead;
}

static bool is_at_rest(pid_t pid)
{
    char path[64], state = 'X';

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'X';
    if (file)
        fclose(file);
    return state != 'R' && state != 'D';
}

/* Whether the children of this thread wait or are stopped. */
static bool are_children_at_rest(void)
{
    FILE *file = fopen("/proc/thread-self/children", "re");
    bool rest = true;
    int pid;

    while (file && fscanf(file, "%d", &pid) == 1)
        rest &= is_at_rest(pid);
    if (file)
        fclose(file);
    return rest;
}

/* What leakwatch has started is as far as it gets alone before leakwatch is struck. Tells that it was, where leakwatch tells of
 * errors. */
static void strike(const struct strike *strike)
{
    dprintf(STDERR_FILENO, "struck\n");
    while (strike->victim < 0 && !are_children_at_rest())
        sched_yield();
    if (strike->victim < 0)
        raise(strike->signal);
    else if (kill(strike->victim, strike->signal) == 0 && strike->signal == SIGKILL)
        killed = strike->victim;
    while (strike->victim > 0 && !is_at_rest(strike->victim)) /* its first thread stops at the signal, or is dead */
        sched_yield();
}

static void strike_at(int number)
{
    for (size_t i = 0; i < strike_count; i++)
        if (strikes[i].number == number)
            strike(&strikes[i]);
}

__attribute__((constructor)) static void begin(void)
{
    for (const char *text = getenv("STRIKE"); text && strike_count < STRIKES_MAX; text = strchr(text + 1, ' ')) {
        struct strike *strike = &strikes[strike_count++];
        strike->victim = -1;
        sscanf(text, "%d,%d,%d", &strike->number, &strike->signal, &strike->victim);
    }
}

static void count_request(void)
{
    strike_at(requests++);
    while (killed != 0 && !have_all_died(killed))
        sched_yield();
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    static pid_t (*original)(pid_t, int *, int, struct rusage *);

    if (!original)
        *(void **)&original = dlsym(RTLD_NEXT, "wait4");
    if (options & __WNOTHREAD) /* those for tracees */
        count_request();
    return original(pid, status, options, usage);
}

long ptrace(enum __ptrace_request request, ...)
{
    static long (*original)(enum __ptrace_request, ...);
    va_list arguments;

    if (!original)
        *(void **)&original = dlsym(RTLD_NEXT, "ptrace");
    count_request();
    va_start(arguments, request);
    const pid_t pid = va_arg(arguments, pid_t);
    void *address = va_arg(arguments, void *);
    void *data = va_arg(arguments, void *);
    va_end(arguments);
    if ((request == PTRACE_CONT || request == PTRACE_SYSCALL) && data != NULL)
        strike_at(-1);
    return original(request, pid, address, data);
}
