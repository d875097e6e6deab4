/* SPDX-License-Identifier: MIT */
#include "supervised_calls.h"

#include <sys/syscall.h>

const struct supervised_call_entry supervised_calls[SUPERVISED_CALLS] = {
#define SUPERVISED_CALL(name) [CALL_##name] = {#name, __NR_##name},
#include "supervised_calls.def"
#undef SUPERVISED_CALL
};

enum supervised_call supervised_call_find(uint64_t number)
{
    for (int call = 0; call < SUPERVISED_CALLS; call++)
        if (supervised_calls[call].number == number)
            return (enum supervised_call)call;
    return CALL_NONE;
}
