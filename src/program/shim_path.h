/* SPDX-License-Identifier: MIT
 * Where the shim is: the shared library that is preloaded into the program. */
#ifndef LEAKWATCH_PROGRAM_SHIM_PATH_H
#define LEAKWATCH_PROGRAM_SHIM_PATH_H

/* Looks at LEAKWATCH_SHIM_PATH; then beside this executable, as it lies when installed and in the build folder. Stores an absolute
 * path, owned by the caller, and returns 0; or returns -errno and stores the place where the shim should have been. */
int shim_path_find(char **path);

#endif
