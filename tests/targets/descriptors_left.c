/* SPDX-License-Identifier: MIT
 *
 * Descriptors that were opened and never closed are listed by the place that opened them, whatever call did it; those that were
 * closed are not, also where their numbers were used again.
 *
 * expect: options --track-fds=yes
 * expect: leaks none
 * expect: valgrind same
 * expect: case files
 * expect: args files
 * expect: open 1 file in open open_file main
 * expect: open 10 file in open open_many main
 * expect: open 1 file in open_stream main
 * expect: open 1 file in open_directory main
 * expect: case duplicates
 * expect: args duplicates
 * expect: open 1 file in duplicate main
 * expect: open 1 file in duplicate_onto main
 * expect: open 1 file in duplicate_above main
 * expect: case pipes
 * expect: args pipes
 * expect: open 2 pipe in make_pipe main
 * expect: open 1 pipe in close_one_end main
 * expect: open 1 other in make_event main
 * expect: open 1 other in make_epoll main
 * expect: case sockets
 * expect: args sockets
 * expect: open 2 socket in make_pair main
 * expect: open 1 socket in make_listener main
 * expect: open 1 socket in connect_to main
 * expect: open 1 socket in accept_one main
 * expect: open 1 file in receive main
 * expect: case signal
 * expect: args signal
 * expect: open 1 file in open open_file on_signal raise_signal main
 * expect: case standard
 * expect: args standard
 * expect: open none
 * expect: case all_closed
 * expect: args closed
 * expect: open none */
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "target.h"

static int checked(int fd)
{
    if (fd < 0)
        abort();
    return fd;
}

static NOINLINE int open_file(void)
{
    return checked(open("/dev/null", O_RDONLY));
}

static NOINLINE void open_many(void)
{
    for (volatile int i = 0; i < 10; i++)
        checked(open("/dev/zero", O_RDONLY));
}

static NOINLINE void open_and_close(void)
{
    for (volatile int i = 0; i < 10; i++)
        close(checked(open("/dev/full", O_RDONLY)));
}

/* The structure of the stream stays reachable. */
static FILE *volatile stream;
static DIR *volatile directory;

static NOINLINE void open_stream(void)
{
    stream = fopen("/dev/null", "r");
}

static NOINLINE void open_directory(void)
{
    directory = opendir("/");
}

static NOINLINE void duplicate(int fd)
{
    checked(dup(fd));
}

static NOINLINE void duplicate_onto(int fd)
{
    checked(dup2(fd, 77));
    checked(dup2(77, 77));
}

static NOINLINE void duplicate_above(int fd)
{
    checked(fcntl(fd, F_DUPFD_CLOEXEC, 99));
}

static NOINLINE void make_pipe(void)
{
    int ends[2];

    checked(pipe(ends));
}

static NOINLINE void close_one_end(void)
{
    int ends[2];

    checked(pipe(ends));
    close(ends[1]);
}

static NOINLINE void make_event(void)
{
    checked(eventfd(0, 0));
}

static NOINLINE void make_epoll(void)
{
    checked(epoll_create1(0));
}

static int pair[2];

static NOINLINE void make_pair(void)
{
    checked(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static NOINLINE int make_listener(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = checked(socket(AF_INET, SOCK_STREAM, 0));

    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    checked(bind(fd, (struct sockaddr *)address, sizeof *address));
    checked(listen(fd, 1));
    checked(getsockname(fd, (struct sockaddr *)address, &size));
    return fd;
}

static NOINLINE void connect_to(const struct sockaddr_in *address)
{
    checked(connect(checked(socket(AF_INET, SOCK_STREAM, 0)), (const struct sockaddr *)address, sizeof *address));
}

static NOINLINE void accept_one(int listener)
{
    checked(accept(listener, NULL, NULL));
}

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static void send_descriptor(int fd)
{
    union control control = {0};
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};

    control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    checked((int)sendmsg(pair[0], &message, 0));
    close(fd);
}

static NOINLINE void receive(void)
{
    union control control = {0};
    char byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};

    checked((int)recvmsg(pair[1], &message, 0));
}

static void use_sockets(void)
{
    struct sockaddr_in address;
    int listener = make_listener(&address);

    make_pair();
    connect_to(&address);
    accept_one(listener);
    send_descriptor(open_file());
    receive();
}

static void use_pipes(void)
{
    make_pipe();
    close_one_end();
    make_event();
    make_epoll();
}

static void use_files(void)
{
    open_file();
    open_many();
    open_and_close();
    open_stream();
    open_directory();
}

static void use_duplicates(void)
{
    int fd = open_file();

    duplicate(fd);
    duplicate_onto(fd);
    duplicate_above(fd);
    close(fd);
}

static NOINLINE void on_signal(int number)
{
    open_file();
    (void)number;
}

static NOINLINE void raise_signal(void)
{
    signal(SIGUSR1, on_signal);
    if (raise(SIGUSR1))
        abort();
}

static void replace_input(void)
{
    int fd = open_file();

    checked(dup2(fd, STDIN_FILENO));
    close(fd);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "files") == 0)
        use_files();
    else if (strcmp(what, "duplicates") == 0)
        use_duplicates();
    else if (strcmp(what, "pipes") == 0)
        use_pipes();
    else if (strcmp(what, "sockets") == 0)
        use_sockets();
    else if (strcmp(what, "standard") == 0)
        replace_input();
    else if (strcmp(what, "signal") == 0)
        raise_signal();
    else if (strcmp(what, "closed") == 0)
        open_and_close();
    else
        open_file();
    return 0;
}
