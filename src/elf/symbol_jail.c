/* SPDX-License-Identifier: MIT */
#include "symbol_jail.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <seccomp.h>

#include "symbol_message.h"

enum { SOCKET = 3 }; /* behind the standard descriptors, which lead nowhere */

/* ---- Asking for files ------------------------------------------------------------------------------------------------------ */

int symbol_jail_ask(uint32_t kind, const char *text)
{
    struct {
        uint64_t size; /* as symbol_write_text() has it, which takes memory */
        char text[4096];
    } body = {.size = strnlen(text, sizeof body.text) + 1};
    struct symbol_header header;
    int descriptor;
    int64_t given;

    if (body.size > sizeof body.text)
        return -ENAMETOOLONG;
    memcpy(body.text, text, body.size);
    int error = symbol_send(SOCKET, kind, &body, sizeof body.size + body.size, -1);
    if (!error)
        error = symbol_receive_header(SOCKET, UINT64_MAX, &header, &descriptor);
    if (!error && header.size == sizeof given)
        error = symbol_receive(SOCKET, UINT64_MAX, &given, sizeof given);
    if (error || header.kind != SYMBOL_GIVES || header.size != sizeof given)
        _exit(1); /* nobody is there any more */
    return given ? -(int)given : descriptor;
}

/* In place of the system call. Whatever its flags say, the descriptor is one for reading. */
static void open_for(int signal, siginfo_t *information, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const bool at = information->si_syscall == SYS_openat;
    const char *path = (const char *)registers[at ? REG_RSI : REG_RDI];
    const int error = errno;

    registers[REG_RAX] = path[0] == '/' ? symbol_jail_ask(SYMBOL_WANTS_FILE, path) : -ENOENT;
    errno = error;
}

static int handle_opening(void)
{
    struct sigaction action = {.sa_sigaction = open_for, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGSYS);
    if (sigaction(SIGSYS, &action, NULL) != 0 || sigprocmask(SIG_UNBLOCK, &set, NULL) != 0)
        return -errno;
    return 0;
}

/* ---- Limits ---------------------------------------------------------------------------------------------------------------- */

static int keep_only(int socket)
{
    if (dup2(socket, SOCKET) < 0)
        return -errno;
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0)
        return -errno;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (dup2(nowhere, fd) < 0)
            return -errno;
    closefrom(SOCKET + 1);
    return 0;
}

/* Bytes of address space in use; also where a sanitizer has reserved most of it. */
static uint64_t address_space(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long pages = 0;

    if (!file)
        return 0;
    const bool known = fscanf(file, "%lu", &pages) == 1;
    fclose(file);
    return known ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static int limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard)
{
    struct rlimit now;

    if (getrlimit(resource, &now) != 0)
        return -errno;
    hard = hard < now.rlim_max ? hard : now.rlim_max;
    const struct rlimit wanted = {soft < hard ? soft : hard, hard};
    return setrlimit(resource, &wanted) == 0 ? 0 : -errno;
}

static int set_limits(void)
{
    enum { FILES = 4096, SECONDS = 3600 };
    const uint64_t used = address_space();
    const struct {
        __rlimit_resource_t resource;
        rlim_t soft, hard;
    } limits[] = {
        {RLIMIT_AS, used + SYMBOL_JAIL_MEMORY, used + SYMBOL_JAIL_MEMORY + SYMBOL_JAIL_FILES},
        {RLIMIT_CPU, SECONDS, SECONDS}, /* of a single answer its time is limited by who waits for it */
        {RLIMIT_NOFILE, FILES, FILES},
        {RLIMIT_FSIZE, 0, 0},
        {RLIMIT_CORE, 0, 0},
        {RLIMIT_MSGQUEUE, 0, 0},
        {RLIMIT_MEMLOCK, 0, 0},
    };

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const int error = limit(limits[i].resource, limits[i].soft, limits[i].hard);
        if (error)
            return error;
    }
    return 0;
}

/* ---- System calls ---------------------------------------------------------------------------------------------------------- */

/* Of descriptors, memory and time. None opens anything, starts or signals a process, or reaches the network. */
static const int allowed[] = {
    SCMP_SYS(brk),         SCMP_SYS(clock_gettime),  SCMP_SYS(close),        SCMP_SYS(dup),
    SCMP_SYS(exit),        SCMP_SYS(exit_group),     SCMP_SYS(fstat),        SCMP_SYS(futex),
    SCMP_SYS(getpid),      SCMP_SYS(getrandom),      SCMP_SYS(gettid),       SCMP_SYS(lseek),
    SCMP_SYS(madvise),     SCMP_SYS(mremap),         SCMP_SYS(munmap),       SCMP_SYS(poll),
    SCMP_SYS(pread64),     SCMP_SYS(read),           SCMP_SYS(readlink), /* tells where a link leads, as libdw asks of a descriptor,
                                                                            and opens nothing */
    SCMP_SYS(recvmsg),     SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield), SCMP_SYS(sendmsg),        SCMP_SYS(sigaltstack),  SCMP_SYS(sysinfo),
    SCMP_SYS(write),
};

static int add_rules(scmp_filter_ctx filter)
{
    int error = 0;

    for (size_t i = 0; i < sizeof allowed / sizeof *allowed && !error; i++)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_TRAP, SCMP_SYS(open), 0);
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_TRAP, SCMP_SYS(openat), 0);
    if (!error) /* fstat(3) is made of it */
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH));
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFD));
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
    if (!error) /* no code is made here */
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (!error)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return error;
}

static int filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

    if (!filter)
        return -ENOMEM;
    int error = add_rules(filter);
    if (!error) /* it sets PR_SET_NO_NEW_PRIVS as well */
        error = seccomp_load(filter);
    seccomp_release(filter);
    return error;
}

int symbol_jail_enter(int socket)
{
    int error = keep_only(socket);

    if (!error)
        error = set_limits();
    if (!error)
        error = handle_opening();
    if (!error)
        error = filter_calls();
    return error ? error : SOCKET;
}
