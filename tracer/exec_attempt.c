/* SPDX-License-Identifier: MIT */
#include "exec_attempt.h"

#include <stdlib.h>

void exec_attempt_destroy(struct exec_attempt *attempt)
{
    free(attempt);
}
