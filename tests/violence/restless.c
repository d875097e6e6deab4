/* SPDX-License-Identifier: MIT
 *
 * restless SEED [catch]: four threads that allocate, lock, map, signal, thread, fork and execute, in an order that SEED decides,
 * until a byte or the end of standard input comes; with "catch", or SIGTERM or SIGINT. Says "ready" first. Loses 3 blocks of 100
 * bytes, ends with status 7 if all that it saw was right, and otherwise says what was not. Its children may be killed and stopped.
 *
 * restless child: allocates, and ends with status 3. */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GOOD = 7, BAD = 8, CHILD = 3, THREADS = 4, BLOCKS = 64, PAGE = 4096 };

static atomic_bool over;
static pthread_t threads[THREADS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long in_lock;

static void require(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "restless: %s: %s\n", what, strerror(errno));
    _exit(BAD);
}

static void require_bytes(const unsigned char *block, size_t size, int byte)
{
    for (size_t i = 0; i < size; i++)
        require(block[i] == byte, "a block is not as it was");
}

static void allocate(unsigned *seed)
{
    unsigned char *blocks[BLOCKS];
    size_t sizes[BLOCKS];

    for (size_t i = 0; i < BLOCKS; i++) {
        sizes[i] = 1 + (size_t)rand_r(seed) % 3000;
        blocks[i] = i % 3 == 0 ? calloc(1, sizes[i]) : malloc(sizes[i]);
        require(blocks[i] != NULL, "malloc");
        memset(blocks[i], (int)i, sizes[i]);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        if (i % 4 == 0) {
            blocks[i] = realloc(blocks[i], sizes[i] + 5000);
            require(blocks[i] != NULL, "realloc");
        }
        require_bytes(blocks[i], sizes[i], (int)i);
        free(blocks[i]);
    }
}

static void take_lock(unsigned *seed)
{
    pthread_mutex_lock(&lock);
    const long before = ++in_lock;
    void *block = malloc((size_t)rand_r(seed) % 1000);
    free(block);
    require(in_lock == before, "two threads have one lock");
    pthread_mutex_unlock(&lock);
}

static void map_and_lock(unsigned *seed)
{
    const size_t size = (1 + (size_t)rand_r(seed) % 8) * PAGE;
    unsigned char *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    require(pages != MAP_FAILED, "mmap");
    require(mlock(pages, size) == 0, "mlock");
    memset(pages, 9, size);
    unsigned char *moved = mremap(pages, size, size + PAGE, MREMAP_MAYMOVE);
    require(moved != MAP_FAILED, "mremap");
    require_bytes(moved, size, 9);
    require(munlock(moved, size + PAGE) == 0 && munmap(moved, size + PAGE) == 0, "munmap");
}

static atomic_long heard;

static void hear(int number)
{
    const int error = errno;

    free(malloc(0)); /* as programs do that should not */
    heard++;
    errno = error;
}

/* The signal is taken by this thread before raise(3) returns. Its handler allocates: it may not come in the middle of an allocation
 * here. */
static void signal_oneself(unsigned *seed)
{
    const long before = heard;

    raise(rand_r(seed) % 2 ? SIGUSR1 : SIGUSR2);
    require(heard > before, "a signal did not come");
}

static void *allocate_once(void *seed)
{
    allocate(seed);
    return seed;
}

static void thread(unsigned *seed)
{
    pthread_t id;
    void *result;

    require(pthread_create(&id, NULL, allocate_once, seed) == 0, "pthread_create");
    require(pthread_join(id, &result) == 0 && result == seed, "pthread_join");
}

static void wait_for(pid_t child)
{
    int status;

    require(child > 0, "fork");
    require(waitpid(child, &status, 0) == child, "waitpid");
    const int killer = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (killer == SIGKILL || killer == SIGTERM || killer == SIGINT || (WIFEXITED(status) && WEXITSTATUS(status) == CHILD))
        return;
    fprintf(stderr, "restless: a child's status is %#x\n", (unsigned)status);
    _exit(BAD);
}

static void fork_child(unsigned *seed)
{
    const pid_t child = fork();

    if (child == 0) {
        allocate(seed);
        _exit(CHILD);
    }
    wait_for(child);
}

static void execute(unsigned *seed)
{
    const pid_t child = rand_r(seed) % 2 ? vfork() : fork();

    if (child == 0) {
        execl("/proc/self/exe", "restless", "child", NULL);
        _exit(BAD);
    }
    wait_for(child);
}

static void *be_restless(void *number)
{
    static void (*const acts[])(unsigned *) = {allocate,       take_lock, map_and_lock, allocate,
                                               signal_oneself, thread,    fork_child,   execute};
    unsigned seed = (unsigned)(size_t)number;

    while (!over)
        acts[(size_t)rand_r(&seed) % (sizeof acts / sizeof *acts)](&seed);
    return number;
}

/* A child by vfork(2) has the same memory. */
static pid_t self;

static void end(int number)
{
    if (getpid() == self)
        over = true;
}

/* Blocked but while the first thread waits, so that none is lost. */
static void catch_ends(void)
{
    const struct sigaction action = {.sa_handler = end};
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

static void wait_for_end(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    sigset_t none;

    sigemptyset(&none);
    while (!over && ppoll(&input, 1, NULL, &none) < 0)
        require(errno == EINTR, "ppoll");
    over = true;
}

static void require_no_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");

    require(directory != NULL, "/proc/self/fd");
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const int number = atoi(entry->d_name);
        require(number <= STDERR_FILENO || number == dirfd(directory), "a descriptor too many");
    }
    closedir(directory);
}

static void __attribute__((noinline)) lose(void)
{
    for (int i = 0; i < 3; i++) {
        void *volatile block = malloc(100);
        memset(block, 1, 100);
    }
}

static void *lose_and_go(void *unused)
{
    lose();
    return unused;
}

int main(int argc, char **argv)
{
    const struct sigaction action = {.sa_handler = hear, .sa_flags = SA_RESTART};
    unsigned seed = 1;

    if (argc == 2 && strcmp(argv[1], "child") == 0) {
        allocate(&seed);
        return CHILD;
    }
    if (argc < 2)
        return 2;
    self = getpid();
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    if (argc > 2)
        catch_ends();
    seed = (unsigned)strtoul(argv[1], NULL, 10);
    require(pthread_create(&threads[0], NULL, lose_and_go, NULL) == 0 && pthread_join(threads[0], NULL) == 0, "pthread_create");
    for (size_t i = 0; i < THREADS; i++)
        require(pthread_create(&threads[i], NULL, be_restless, (void *)(size_t)(seed + i)) == 0, "pthread_create");
    puts("ready");
    fflush(stdout);
    wait_for_end();
    for (size_t i = 0; i < THREADS; i++)
        require(pthread_join(threads[i], NULL) == 0, "pthread_join");
    require_no_descriptors();
    return GOOD;
}
