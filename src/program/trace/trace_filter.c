/* SPDX-License-Identifier: MIT */
#include "trace_filter.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/options/trace_options.h"

void trace_filter_init(struct trace_filter *filter, const struct trace_options *options)
{
    char resolved[PATH_MAX];

    *filter = (struct trace_filter){.options = options};
    for (size_t i = 0; i < options->trace_paths.count; i++) {
        const char *path = options->trace_paths.items[i];
        text_list_add(&filter->paths, path);
        if (!realpath(path, resolved) || strcmp(path, resolved) == 0)
            continue;
        if (!(options->quiet.value & TRACE_QUIET_PATH_RESOLUTION))
            fprintf(stderr, "leakwatch: Requested path \"%s\" resolved into \"%s\"\n", path, resolved);
        text_list_add(&filter->paths, resolved);
    }
}

void trace_filter_finish(struct trace_filter *filter)
{
    text_list_finish(&filter->paths);
}

static bool has_path(const struct trace_filter *filter, const char *path, size_t size)
{
    for (size_t i = 0; i < filter->paths.count; i++)
        if (strlen(filter->paths.items[i]) == size && memcmp(filter->paths.items[i], path, size) == 0)
            return true;
    return false;
}

static bool wants_descriptor(const struct trace_filter *filter, const struct process_view *process, struct system_call *call,
                             int fd)
{
    const char *path;

    if (fd < 0)
        return false;
    if (!descriptor_set_is_full(&filter->options->trace_fds) && descriptor_set_has(&filter->options->trace_fds, fd))
        return true;
    if (filter->paths.count == 0 || !process || !process->fd_path)
        return false;
    path = process->fd_path(process->context, &call->arena, fd);
    return path && has_path(filter, path, strlen(path));
}

/* Whether a path or descriptor that is looked for is anywhere in the value. */
static bool wants_value(const struct trace_filter *filter, const struct process_view *process, struct system_call *call,
                        const struct value *value)
{
    if (value->kind == VALUE_FD)
        return wants_descriptor(filter, process, call, (int)value->number);
    if (value->kind == VALUE_BYTES)
        return value->whole && has_path(filter, value->text, value->size);
    for (const struct value *child = value->first; child; child = child->next)
        if (wants_value(filter, process, call, child))
            return true;
    return false;
}

static bool makes_descriptor(const struct system_call *call)
{
    return call->row && call->row->result->kind == TYPE_FD;
}

enum trace_match trace_filter_entry(const struct trace_filter *filter, const struct process_view *process, struct system_call *call)
{
    const bool any_descriptor = descriptor_set_is_full(&filter->options->trace_fds);

    if (filter->paths.count == 0 && any_descriptor)
        return TRACE_MATCH_YES;
    if (wants_value(filter, process, call, &call->values))
        return TRACE_MATCH_YES;
    return !any_descriptor && makes_descriptor(call) ? TRACE_MATCH_LATER : TRACE_MATCH_NO;
}

bool trace_filter_result(const struct trace_filter *filter, const struct system_call *call)
{
    return call->returned && !call->failed && descriptor_set_has(&filter->options->trace_fds, (int)call->result);
}

bool trace_filter_status(const struct trace_filter *filter, const struct system_call *call)
{
    const unsigned status = call->detached    ? TRACE_STATUS_DETACHED
                            : !call->returned ? TRACE_STATUS_UNFINISHED
                            : call->failed    ? TRACE_STATUS_FAILED
                                              : TRACE_STATUS_SUCCESSFUL;

    return (filter->options->statuses & status) != 0;
}

bool trace_filter_shows(const struct trace_filter *filter, const struct system_call *call)
{
    if (call->unwanted || (call->undecided && !trace_filter_result(filter, call)))
        return false;
    return trace_filter_status(filter, call);
}
