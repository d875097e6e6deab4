/* SPDX-License-Identifier: MIT
 *
 * The launch of the program: a child that is seized before it does anything, and then becomes the program. */
#ifndef LEAKWATCH_TRACER_LAUNCH_H
#define LEAKWATCH_TRACER_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

struct inherited_state;
struct sock_fprog;

/* What the child says, in memory that both sides see until it has executed the program. */
struct launch_report {
    int filter_error;       /* -errno: the filter could not be had */
    bool stops;             /* there is no filter, and the child stops itself (SIGSTOP) to say so */
    bool no_new_privileges; /* had to be set for the filter */
    int user_error;         /* errno: it could not become the user it was to run as */
    int exec_error;         /* errno of the failed exec */
};

/* Which of the two goes on as the program. */
enum launch_way {
    LAUNCH_CHILD,      /* a child of ours */
    LAUNCH_GRANDCHILD, /* we ourselves: a grandchild traces us, in our process group and session */
    LAUNCH_PGROUP,     /* the same, in a process group of its own */
    LAUNCH_SESSION,    /* the same, in a session of its own */
};

struct launch {
    pid_t pid;
    pid_t supervisor; /* with LAUNCH_CHILD: its parent */
    enum launch_way way;
    bool is_program;             /* this is the process that becomes the program; it must call launch_become_program() */
    int tracer_end, program_end; /* of a pair of sockets between the two; -1: closed */
    struct launch_report *report;
    char *problem; /* why the child could not be traced, for people; NULL if that was not it */
};

/* Whom the program runs as. */
struct launch_user {
    const char *name;
    uid_t uid;
    gid_t gid;
};

struct launch_settings {
    char *const *command;
    const char *executable;          /* NULL: command[0] as execvp(3) finds it */
    const struct sock_fprog *filter; /* to install; NULL: none, every call stops the program */
    char *const *environment;        /* of the program; NULL: our own */
    const struct launch_user *user;  /* NULL: nobody else */
    unsigned options;                /* to seize it with: TRACEE_OPTIONS or a part of them */
};

/* Before anything else. With another way than LAUNCH_CHILD, two processes return: the one that goes on to trace, and the one that
 * becomes the program (launch->is_program), which is the caller. Returns 0 or -errno. Released by launch_finish() in both cases. */
int launch_prepare(struct launch *launch, enum launch_way way);
/* Executes the command once it is traced. `inherited` NULL: nothing was taken. */
_Noreturn void launch_become_program(const struct launch_settings *settings, const struct inherited_state *inherited,
                                     struct launch *launch);
/* Makes the child, if there is to be one; seizes and releases the program, which then executes the command. Returns 0, or -errno
 * after the program has been removed. */
int launch_start(const struct launch_settings *settings, const struct inherited_state *inherited, struct launch *launch);
void launch_finish(struct launch *launch);

#endif
