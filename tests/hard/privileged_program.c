/* SPDX-License-Identifier: MIT
 *
 * A copy of the program with the set-user-ID bit: executed by another user it has the rights that it would have, and runs without
 * the shim.
 *
 * cases: P25
 * needs: root
 * ways: run trace
 * report: [.processes[] | select(.coverage.heap == "none")] | length >= 1 */
#include <sys/stat.h>
#include <sys/wait.h>

#include "hard.h"

static void copy_to(const char *path)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

    hard_copy_self(file);
    REQUIRE(fchmod(file, 04755) == 0, "no bit");
    close(file);
}

int main(int argc, char *argv[])
{
    char folder[] = "/tmp/leakwatch-test-XXXXXX", path[64];
    int status;

    if (argc == 2)
        return geteuid() == 0 && getuid() == 65534 ? 0 : 1;
    REQUIRE(mkdtemp(folder) && chmod(folder, 0755) == 0, "no folder");
    snprintf(path, sizeof path, "%s/program", folder);
    copy_to(path);
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(9);
        execl(path, "program", "again", NULL);
        _exit(8);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid, "no child");
    unlink(path);
    rmdir(folder);
    REQUIRE(status == 0, "status %#x", status);
    return hard_ok();
}
