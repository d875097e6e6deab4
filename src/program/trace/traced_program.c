/* SPDX-License-Identifier: MIT */
#include "traced_program.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "program/options/trace_options.h"
#include "program/program_path.h"

static const char *find_user(struct launch_user *user, const char *name)
{
    if (geteuid() != 0)
        return "only root may run a program as another user";
    errno = 0;
    const struct passwd *entry = getpwnam(name);
    if (!entry)
        return errno ? strerror(errno) : "there is no such user";
    *user = (struct launch_user){.name = name, .uid = entry->pw_uid, .gid = entry->pw_gid};
    return NULL;
}

const char *traced_program_init(struct traced_program *program, const struct trace_options *options)
{
    size_t count = 0;

    *program = (struct traced_program){0};
    while (options->program && options->program[count])
        count++;
    if (count == 0)
        return NULL;
    program->executable = program_path_find(options->program[0]);
    program->arguments = xcalloc(count + 1, sizeof *program->arguments);
    memcpy(program->arguments, options->program, count * sizeof *program->arguments);
    if (options->argv0)
        program->arguments[0] = options->argv0;
    program->environment = program_environment_make(&options->environment, true);
    return options->user ? find_user(&program->user, options->user) : NULL;
}

void traced_program_finish(struct traced_program *program)
{
    free(program->executable);
    free(program->arguments);
    free(program->environment);
}
