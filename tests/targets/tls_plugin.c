/* SPDX-License-Identifier: MIT
 * A library with a thread-local variable that does not fit into the static TLS reserve. */
#include "target.h"

void tls_plugin_hold(void);

static __thread void *slots[1000];

void tls_plugin_hold(void)
{
    slots[777] = malloc(60);
    opaque(slots);
}
