/* SPDX-License-Identifier: MIT
 * What the plugins of the target programs export. */
#ifndef PLUGIN_H
#define PLUGIN_H
#ifdef __cplusplus
extern "C" {
#endif
void plugin_run(void);
#ifdef __cplusplus
}
#endif
#endif
