/* SPDX-License-Identifier: MIT */
#include "command_table.h"

#include <string.h>

#include "near_name.h"
#include "option_table.h"

const struct command_row command_table[] = {
#define COMMAND(name, options, arguments, help) {name, options, arguments, help},
#include "commands.def"
#undef COMMAND
};
const size_t command_count = sizeof command_table / sizeof *command_table;

const struct command_row *command_table_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(command_table[i].name, name) == 0)
            return &command_table[i];
    return NULL;
}

const char *command_table_nearest(const char *word)
{
    struct near_name near;

    near_name_begin(&near, word, strlen(word));
    for (size_t i = 0; i < command_count; i++)
        near_name_offer(&near, command_table[i].name);
    return near.name;
}
