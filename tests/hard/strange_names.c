/* SPDX-License-Identifier: MIT
 *
 * A process, a thread, a mapped file and a function whose names hold brackets, new lines and control characters: nobody who reads
 * /proc is led astray, and no terminal.
 *
 * cases: P58 V01 V02
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 1, "bytes": 55}
 * report: any(.processes[0].leaks.records[0].stack[].function; . == "strange \u001b[2Jname") */
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "hard.h"

static void *name_thread(void *unused)
{
    prctl(PR_SET_NAME, ") Z 1 1\033[2J", 0, 0, 0);
    free(malloc(10));
    return NULL;
}

__attribute__((used)) static void lose(void)
{
    hard_lose(55);
}

extern void (*strange_function)(void);
__asm__(".text\n"
        ".type \"strange \033[2Jname\", @function\n"
        "\"strange \033[2Jname\":\n"
        ".cfi_startproc\n"
        "sub $8, %rsp\n"
        ".cfi_def_cfa_offset 16\n"
        "call lose\n"
        "add $8, %rsp\n"
        ".cfi_def_cfa_offset 8\n"
        "ret\n"
        ".cfi_endproc\n"
        ".size \"strange \033[2Jname\", . - \"strange \033[2Jname\"\n"
        ".data\n"
        "strange_function: .quad \"strange \033[2Jname\"\n"
        ".text\n");

int main(int argc, char *argv[])
{
    char path[] = "/tmp/leakwatch-test (deleted)\n7f00 rwxp\tXXXXXX";
    pthread_t thread;

    hard_begin(argc, argv);
    prctl(PR_SET_NAME, "a) R 1 (\n\"\\", 0, 0, 0);
    int file = mkstemp(path);
    REQUIRE(file >= 0 && ftruncate(file, 4096) == 0, "no file");
    char *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    unlink(path);
    close(file);
    pthread_create(&thread, NULL, name_thread, NULL);
    pthread_join(thread, NULL);
    char **held = (char **)mapped;
    *held = malloc(44); /* held by this file only */
    strange_function();
    return hard_ok();
}
