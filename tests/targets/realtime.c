/* SPDX-License-Identifier: MIT
 *
 * What real-time programs should not do, and how it is done. The first argument is one of those of main(); with a second one,
 * "fifo", the thread becomes one of SCHED_FIFO when its real-time part begins, else it calls leakwatch_rt_begin().
 *
 * expect: leaks none
 * expect: valgrind skip: it does not know of real time, and mlockall would lock what is its own
 * expect: options --audit=rt --rt-from=marker
 * expect: case good
 * expect: args good
 * expect: realtime none
 * expect: case good_fifo
 * expect: needs realtime
 * expect: options --audit=rt
 * expect: args good fifo
 * expect: realtime none
 * expect: case faults
 * expect: args faults
 * expect: verdict errors
 * expect: realtime "rt.mlockall-missing:error=nor later" 1 call leakwatch_rt_begin begin_realtime faults main
 * expect: realtime "rt.pagefault:error=[heap], in the block" 16 instruction touch faults main allocation take_block faults main
 * expect: case faults_fifo
 * expect: needs realtime
 * expect: options --audit=rt
 * expect: args faults fifo
 * expect: verdict errors
 * expect: realtime "rt.mlockall-missing:error=nor later" 1 call sched_setscheduler begin_realtime faults main
 * expect: realtime "rt.pagefault:error=[heap], in the block" 16 instruction touch faults main allocation take_block faults main
 * expect: case calls
 * expect: args calls
 * expect: realtime rt.memory-syscall:warning=(mmap) 3 call map_and_unmap calls main
 * expect: realtime rt.memory-syscall:warning=(mprotect) 3 call mprotect map_and_unmap calls main
 * expect: realtime rt.memory-syscall:warning=(munmap) 3 call munmap map_and_unmap calls main
 * expect: realtime "rt.sleep:warning=for a time, not until one" 1 call nanosleep sleep_badly calls main
 * expect: realtime "rt.sleep:warning=for a time, not until one" 1 call clock_nanosleep sleep_badly calls main
 * expect: realtime "rt.sleep:warning=by another clock" 1 call clock_nanosleep sleep_badly calls main
 * expect: realtime rt.sleep:warning=(poll) 1 call poll sleep_badly calls main
 * expect: realtime rt.blocking-io:warning=(openat) 1 call use_file calls main
 * expect: realtime "rt.blocking-io:warning=a regular file" 1 call read use_file calls main
 * expect: case trims
 * expect: args trims
 * expect: realtime rt.malloc-trim:warning=(munmap) 1 call cfree take_and_free trims main
 * expect: realtime rt.memory-syscall:warning=(munmap) 1 call cfree take_and_free trims main
 * expect: realtime rt.memory-syscall:warning=(mmap) 1 call malloc take_and_free trims main
 * expect: realtime rt.memory-syscall:warning=(brk) 1 call malloc take_and_free trims main
 * expect: realtime rt.memory-syscall:warning=(brk) 1 call malloc take_and_free trims main
 * expect: case stack
 * expect: args stack
 * expect: verdict errors
 * expect: realtime rt.stack-prefault:warning
 * expect: realtime rt.pagefault:error=[stack] instruction use_stack
 * expect: case forks
 * expect: args forks
 * expect: repeat process 2 exit 0
 * expect: verdict errors
 * expect: realtime rt.fork:error 1 fork make_child forks main
 * expect: case late_lock
 * expect: args late-lock
 * expect: verdict errors
 * expect: realtime "rt.mlockall-missing:error=mlockall came later" 1 call begin_realtime late_lock main
 * expect: realtime rt.memory-syscall:warning=(mlockall) 1 call mlockall lock_all late_lock main
 * expect: case lock
 * expect: needs root
 * expect: args lock
 * expect: realtime rt.non-pi-futex:warning 1 call take_lock main
 * expect: realtime "rt.thread-stack:note=3 of at least 8 MiB, 24 MiB in all"
 * expect: case signal
 * expect: options --audit=rt --rt-from=SIGUSR2
 * expect: args signal
 * expect: realtime rt.memory-syscall:warning=(mmap) 1 call map_and_unmap by_signal main
 * expect: realtime rt.memory-syscall:warning=(mprotect) 1 call mprotect map_and_unmap by_signal main
 * expect: realtime rt.memory-syscall:warning=(munmap) 1 call munmap map_and_unmap by_signal main
 * expect: case call
 * expect: options --audit=rt --rt-from=getppid
 * expect: args call
 * expect: realtime rt.memory-syscall:warning=(mmap) 1 call map_and_unmap by_call main
 * expect: realtime rt.memory-syscall:warning=(mprotect) 1 call mprotect map_and_unmap by_call main
 * expect: realtime rt.memory-syscall:warning=(munmap) 1 call munmap map_and_unmap by_call main
 * expect: case cyclictest
 * expect: needs realtime cyclictest
 * expect: options --audit=rt
 * expect: command sh
 * expect: args -c "exec cyclictest -q -m -p50 -l10 -i1000 >/dev/null 2>&1"
 * expect: process exec
 * expect: process exit 0
 * expect: realtime none
 * expect: case cyclictest_unlocked
 * expect: needs realtime cyclictest
 * expect: options --audit=rt
 * expect: command sh
 * expect: args -c "exec cyclictest -q -p50 -l10 -i1000 >/dev/null 2>&1"
 * expect: process exec
 * expect: process exit 0
 * expect: verdict errors
 * expect: realtime "rt.mlockall-missing:error=nor later" 1 call sched_setscheduler start_thread
 * expect: case policy
 * expect: needs realtime
 * expect: options --audit=rt
 * expect: args policy
 * expect: realtime rt.blocking-io:warning=(openat) 1 call use_file do_badly
 * expect: realtime rt.blocking-io:warning=(read) 1 call use_file do_badly
 * expect: realtime rt.blocking-io:warning=(openat) 1 call use_file by_policy main
 * expect: realtime rt.blocking-io:warning=(read) 1 call use_file by_policy main
 * expect: realtime rt.memory-syscall:warning=(madvise) 1
 * expect: realtime rt.thread-stack:note
 * expect: realtime "rt.policy:note=SCHED_RR, priority 99" 1
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../preload/leakwatch.h"
#include "target.h"

enum { PAGE = 4096, PAGES = 16, BIG = 1 << 20, STACK_PAGES = 64 };

static const char *policy;

static void must(int error)
{
    if (error == 0)
        return;
    fprintf(stderr, "realtime: %s\n", strerror(error < 0 ? errno : error));
    exit(2);
}

static NOINLINE void begin_realtime(void)
{
    const struct sched_param parameters = {.sched_priority = 50};

    if (policy)
        must(sched_setscheduler(0, SCHED_FIFO, &parameters));
    else
        LEAKWATCH_RT_BEGIN();
}

static NOINLINE void lock_all(void)
{
    must(mlockall(MCL_CURRENT | MCL_FUTURE));
}

/* ---- As it should be ---- */

/* One instruction is the first to touch each page, wherever the stack begins. */
static NOINLINE void use_stack(size_t pages)
{
    volatile char space[STACK_PAGES * PAGE];

    for (size_t i = 1; i <= pages; i++)
        space[sizeof space - i * PAGE] = 0;
}

static void sleep_well(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_nsec = (time.tv_nsec + 1000000) % 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static void good(void)
{
    char *volatile blocks[PAGES];

    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_MMAP_MAX, 0);
    lock_all();
    free(opaque(malloc(PAGES * BIG)));
    use_stack(STACK_PAGES);
    sleep_well();
    begin_realtime();
    for (int i = 0; i < 10; i++) {
        for (int k = 0; k < PAGES; k++)
            blocks[k] = opaque(malloc(BIG / 2));
        memset(blocks[i], 1, BIG / 2);
        for (int k = 0; k < PAGES; k++)
            free(blocks[k]);
        use_stack(STACK_PAGES / 2);
        sleep_well();
    }
}

/* ---- Memory ---- */

static NOINLINE void touch(volatile char *pages, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pages[i * PAGE] = 1;
}

static NOINLINE char *take_block(void)
{
    return aligned_alloc(PAGE, PAGES * PAGE);
}

/* Ends before the C library touches pages of its own. */
static void faults(void)
{
    static char *block;

    block = take_block();
    syscall(SYS_getpid);
    begin_realtime();
    touch(opaque(block), PAGES);
    syscall(SYS_exit_group, 0);
}

static NOINLINE void map_and_unmap(void)
{
    void *pages = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    must(mprotect(pages, PAGE, PROT_NONE));
    must(munmap(pages, PAGE));
}

/* So many that what leakwatch writes down of them needs new pages, too. */
static void blocks(void)
{
    begin_realtime();
    for (volatile int i = 0; i < 8 * BIG / PAGE; i++)
        opaque(malloc(PAGE));
}

static NOINLINE void take_and_free(void)
{
    free(opaque(malloc(BIG)));
}

static void trims(void)
{
    lock_all();
    begin_realtime();
    for (int i = 0; i < 4; i++)
        take_and_free();
}

static void stack(void)
{
    lock_all();
    begin_realtime();
    use_stack(STACK_PAGES * 3 / 4);
}

static NOINLINE void make_child(void)
{
    const pid_t child = fork();

    if (child == 0)
        _exit(0);
    must(child < 0 || waitpid(child, NULL, 0) != child ? -1 : 0);
}

static void forks(void)
{
    lock_all();
    make_child();
}

static void late_lock(void)
{
    begin_realtime();
    lock_all();
}

/* ---- Waiting ---- */

static NOINLINE void sleep_badly(void)
{
    const struct timespec short_time = {.tv_nsec = 1000};
    struct timespec now;
    struct pollfd none = {.fd = -1};

    nanosleep(&short_time, NULL);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &short_time, NULL);
    clock_gettime(CLOCK_REALTIME, &now);
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &now, NULL);
    poll(&none, 1, 1);
    poll(&none, 1, 0); /* does not wait */
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int held[2], wanted[2];

/* Lets go of the lock when the other thread is asleep in the kernel, as the kernel itself says. */
static void *hold_lock(void *waiter)
{
    char path[64], text[512] = "", byte = 1;

    must(pthread_mutex_lock(&mutex));
    must(write(held[1], &byte, 1) == 1 ? 0 : -1);
    must(read(wanted[0], &byte, 1) == 1 ? 0 : -1);
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", *(const pid_t *)waiter);
    while (strncmp(text, "202 ", 4) != 0) { /* futex */
        const int file = open(path, O_RDONLY);
        const ssize_t size = read(file, text, sizeof text - 1);
        text[size > 0 ? size : 0] = '\0';
        close(file);
        sched_yield();
    }
    must(pthread_mutex_unlock(&mutex));
    return NULL;
}

static NOINLINE void take_lock(void)
{
    must(pthread_mutex_lock(&mutex));
    must(pthread_mutex_unlock(&mutex));
}

static void *do_nothing(void *unused)
{
    return unused;
}

/* Two more threads are there for their stacks. */
static void lock(void)
{
    const pid_t self = gettid();
    pthread_t holder, others[2];
    char byte = 1;

    lock_all();
    must(pipe(held) || pipe(wanted) ? -1 : 0);
    must(pthread_create(&holder, NULL, hold_lock, opaque((void *)&self)));
    for (int i = 0; i < 2; i++)
        must(pthread_create(&others[i], NULL, do_nothing, NULL));
    must(read(held[0], &byte, 1) == 1 ? 0 : -1);
    begin_realtime();
    must(write(wanted[1], &byte, 1) == 1 ? 0 : -1);
    take_lock();
    must(pthread_join(holder, NULL));
    for (int i = 0; i < 2; i++)
        must(pthread_join(others[i], NULL));
}

static NOINLINE void use_file(void)
{
    const int file = open("/proc/self/exe", O_RDONLY);
    char byte;

    must(read(file, &byte, 1) == 1 ? 0 : -1);
    close(file);
}

static void calls(void)
{
    int ends[2];
    char byte = 1;

    lock_all();
    must(pipe(ends));
    sleep_well(); /* uses the clock's page once */
    begin_realtime();
    for (volatile int i = 0; i < 3; i++)
        map_and_unmap();
    sleep_badly();
    use_file();
    must(write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1 ? 0 : -1); /* no files */
}

/* ---- The beginning ---- */

static void by_signal(void)
{
    signal(SIGUSR2, SIG_IGN);
    lock_all();
    raise(SIGUSR2);
    map_and_unmap();
}

static void by_call(void)
{
    lock_all();
    getppid();
    map_and_unmap();
}

static void *do_badly(void *unused)
{
    must(sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 99}));
    use_file();
    return unused;
}

/* Only the thread of a real-time policy counts, and only while it has it. */
static void by_policy(void)
{
    const struct sched_param none = {0};
    pthread_t thread;

    lock_all();
    use_file();
    must(pthread_create(&thread, NULL, do_badly, NULL));
    must(pthread_join(thread, NULL));
    use_file();
    must(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1}));
    use_file();
    must(sched_setscheduler(0, SCHED_OTHER, &none));
    use_file();
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*act)(void);
    } acts[] = {{"good", good},   {"faults", faults},    {"blocks", blocks}, {"calls", calls},
                {"trims", trims}, {"stack", stack},      {"forks", forks},   {"late-lock", late_lock},
                {"lock", lock},   {"signal", by_signal}, {"call", by_call},  {"policy", by_policy}};

    policy = argc > 2 ? argv[2] : NULL;
    for (size_t i = 0; argc > 1 && i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i].name, argv[1]) == 0) {
            acts[i].act();
            return 0;
        }
    return 2;
}
