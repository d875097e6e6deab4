/* SPDX-License-Identifier: MIT
 *
 * The process that reads symbols, where it fails, and what it is kept from. */
#include "elf/symbol_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "elf/elf_image.h"
#include "elf/symbol_jail.h"
#include "elf/symbol_message.h"
#include "elf/symbol_server.h"
#include "elf/symbolizer.h"
#include "fixture.h"

static struct mapped_file program;
static char path[4096];
static uint64_t offset;

static void set_up(void)
{
    static const char source[] = "int main(void) { return 0; }\n";
    uint64_t size;

    fixture_begin();
    fixture_write("program.c", source, strlen(source));
    cr_assert(fixture_run("cc -g -Wl,-z,noseparate-code -o program program.c && cp program other && touch armed"));
    strcpy(path, fixture_path("program"));
    program = (struct mapped_file){.path = path};
    const int fd = fixture_open("program");
    cr_assert_eq(elf_image_symbol(fd, "main", &offset, &size), 0);
    close(fd);
}

TestSuite(symbol_helper, .init = set_up, .fini = fixture_end, .timeout = 60);

/* ---- Failures -------------------------------------------------------------------------------------------------------------- */

/* The first helper fails in one way or the other, those after it do not. */
static bool is_armed(void)
{
    return unlink("armed") == 0;
}

static void be_ready(int socket)
{
    if (symbol_send(socket, SYMBOL_READY, NULL, 0, -1) != 0)
        _exit(1);
}

/* Reads a question. */
static uint32_t take_question(int socket)
{
    struct symbol_header header;
    int descriptor;
    char body[4096];

    if (symbol_receive_header(socket, UINT64_MAX, &header, &descriptor) != 0 || header.size > sizeof body ||
        symbol_receive(socket, UINT64_MAX, body, header.size) != 0)
        _exit(1);
    return header.kind;
}

static void die(int socket, bool debuginfod)
{
    if (!is_armed())
        symbol_server_run(socket, debuginfod);
    be_ready(socket);
    take_question(socket);
}

static void hang(int socket, bool debuginfod)
{
    if (!is_armed())
        symbol_server_run(socket, debuginfod);
    be_ready(socket);
    for (;;)
        pause();
}

static void answer_something_else(int socket, bool debuginfod)
{
    if (!is_armed())
        symbol_server_run(socket, debuginfod);
    be_ready(socket);
    take_question(socket);
    symbol_send(socket, SYMBOL_PLACE, "", 0, -1);
    pause();
}

static void answer_nonsense(int socket, bool debuginfod)
{
    if (!is_armed())
        symbol_server_run(socket, debuginfod);
    be_ready(socket);
    take_question(socket);
    symbol_send(socket, SYMBOL_OPENED, "nonsense and more", 17, -1);
    pause();
}

static void ask_for_files_for_ever(int socket, bool debuginfod)
{
    struct symbol_header header;
    struct symbol_writer writer = {0};
    int descriptor;
    char body[8];

    if (!is_armed())
        symbol_server_run(socket, debuginfod);
    be_ready(socket);
    take_question(socket);
    symbol_write_text(&writer, path);
    while (symbol_send(socket, SYMBOL_WANTS_FILE, writer.bytes, writer.size, -1) == 0 &&
           symbol_receive_header(socket, UINT64_MAX, &header, &descriptor) == 0 && symbol_receive(socket, UINT64_MAX, body, 8) == 0)
        close(descriptor);
    pause();
}

/* One file has no names, and why is told; the other one has. */
static void expect_failure(void (*serve)(int, bool), uint64_t question_ns, const char *problem)
{
    const struct symbolizer_settings settings = {.serve = serve, .question_ns = question_ns};
    struct symbolizer *symbolizer = symbolizer_create(&settings);
    struct symbol_frame frame;

    cr_expect_eq(symbolizer_lookup(symbolizer, &program, offset, NULL, &frame, 1), 0);
    cr_assert_not_null(symbolizer_problem(symbolizer, &program));
    cr_expect_str_eq(symbolizer_problem(symbolizer, &program), problem);
    const struct mapped_file other = {.path = fixture_path("other")};
    cr_assert_eq(symbolizer_lookup(symbolizer, &other, offset, NULL, &frame, 1), 1);
    cr_expect_str_eq(frame.function, "main");
    cr_expect_null(symbolizer_problem(symbolizer, &other));
    cr_expect_eq(symbolizer_lookup(symbolizer, &program, offset + 1, NULL, &frame, 1), 0, "it is not tried again");
    symbolizer_destroy(symbolizer);
    cr_expect_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1, "no helper is left");
    cr_expect_eq(errno, ECHILD);
}

Test(symbol_helper, a_file_that_ends_it_has_no_names)
{
    expect_failure(die, 0, "reading them from it ended the process that does that");
}

Test(symbol_helper, a_file_that_makes_it_hang_has_no_names)
{
    expect_failure(hang, 50000000, "reading them from it takes too long");
}

Test(symbol_helper, an_answer_to_another_question_is_not_taken)
{
    expect_failure(answer_something_else, 0, "what is read from it makes no sense");
}

Test(symbol_helper, an_answer_of_nonsense_is_not_taken)
{
    expect_failure(answer_nonsense, 0, "what is read from it makes no sense");
}

Test(symbol_helper, it_does_not_get_files_without_end)
{
    expect_failure(ask_for_files_for_ever, 0, "what is read from it makes no sense");
}

static void do_not_begin(int socket, bool debuginfod)
{
    if (!is_armed())
        symbol_server_run(socket, debuginfod);
}

Test(symbol_helper, it_reads_nothing_before_it_is_locked_in)
{
    expect_failure(do_not_begin, 0, "the process that would read them cannot be locked in");
}

Test(symbol_helper, a_file_that_takes_too_long_as_a_whole_has_no_names)
{
    const struct symbolizer_settings settings = {.file_ns = 1};
    struct symbolizer *symbolizer = symbolizer_create(&settings);
    struct symbol_frame frame;

    cr_expect_eq(symbolizer_lookup(symbolizer, &program, offset, NULL, &frame, 1), 0);
    cr_assert_not_null(symbolizer_problem(symbolizer, &program));
    cr_expect_str_eq(symbolizer_problem(symbolizer, &program), "reading them from it takes too long");
    symbolizer_destroy(symbolizer);
}

/* Such a name comes from the memory of a process. */
Test(symbol_helper, a_name_that_makes_it_hang_stays_as_it_is)
{
    const struct symbolizer_settings settings = {.serve = hang, .question_ns = 50000000};
    struct symbolizer *symbolizer = symbolizer_create(&settings);
    struct symbol_frame frame;

    cr_expect_null(symbolizer_demangle(symbolizer, "_ZTS6Config"));
    cr_expect_neq(access("armed", F_OK), 0, "it was asked");
    cr_expect_null(symbolizer_demangle(symbolizer, "_ZTS4Part"), "no other is tried");
    cr_assert_eq(symbolizer_lookup(symbolizer, &program, offset, NULL, &frame, 1), 1);
    cr_expect_str_eq(frame.function, "main");
    symbolizer_destroy(symbolizer);
}

static void die_always(int socket, bool debuginfod)
{
    be_ready(socket);
    take_question(socket);
}

Test(symbol_helper, it_is_not_started_for_ever)
{
    const struct symbolizer_settings settings = {.serve = die_always};
    struct symbolizer *symbolizer = symbolizer_create(&settings);
    struct symbol_frame frame;
    char name[32];

    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "copy%u", i);
        fixture_write(name, "", 0);
        program.path = strcpy(path, fixture_path(name));
        cr_expect_eq(symbolizer_lookup(symbolizer, &program, 0, NULL, &frame, 1), 0);
        cr_assert_not_null(symbolizer_problem(symbolizer, &program));
    }
    cr_expect_str_eq(symbolizer_problem(symbolizer, &program),
                     "the process that would read them cannot be had, or has failed too often");
    symbolizer_destroy(symbolizer);
}

static void die_of_the_third_place(int socket, bool debuginfod)
{
    const struct symbol_place place = {.frame_count = 1, .frames = {{.function = "main"}}};
    struct symbol_writer build_id = {0}, answer = {0};

    be_ready(socket);
    symbol_write_text(&build_id, NULL);
    symbol_write_place(&answer, &place);
    for (unsigned places = 0;;) {
        if (take_question(socket) == SYMBOL_OPEN)
            symbol_send(socket, SYMBOL_OPENED, build_id.bytes, build_id.size, -1);
        else if (++places == 3 && is_armed())
            _exit(1);
        else
            symbol_send(socket, SYMBOL_PLACE, answer.bytes, answer.size, -1);
    }
}

/* Two files are open when the helper goes: which of them it did not bear is only seen with one alone. */
Test(symbol_helper, a_file_that_is_not_at_fault_is_asked_again)
{
    const struct symbolizer_settings settings = {.serve = die_of_the_third_place};
    struct symbolizer *symbolizer = symbolizer_create(&settings);
    const struct mapped_file other = {.path = fixture_path("other")};
    struct symbol_frame frame;

    cr_assert_eq(symbolizer_lookup(symbolizer, &program, offset, NULL, &frame, 1), 1);
    cr_assert_eq(symbolizer_lookup(symbolizer, &other, offset, NULL, &frame, 1), 1);
    cr_expect_eq(symbolizer_lookup(symbolizer, &program, offset + 1, NULL, &frame, 1), 1);
    cr_expect_null(symbolizer_problem(symbolizer, &program));
    cr_expect_null(symbolizer_problem(symbolizer, &other));
    cr_expect_neq(access("armed", F_OK), 0, "it has ended once");
    symbolizer_destroy(symbolizer);
}

/* ---- What it is kept from -------------------------------------------------------------------------------------------------- */

struct findings {
    int path_opened, socket_error, fork_error, exec_error, kill_error, stat_error, executable_memory, ptrace_error, limit_error;
    bool memory_bounded, memory_had;
};

static int error_of(long result)
{
    return result < 0 ? errno : 0;
}

static void try_to_get_out(int socket, bool debuginfod)
{
    const pid_t leakwatch = getppid();
    struct findings findings = {0};

    const int inside = symbol_jail_enter(socket);
    if (inside < 0)
        _exit(1);
    findings.path_opened = error_of(open("relative", O_RDONLY));
    findings.socket_error = error_of(syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
    findings.fork_error = error_of(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    findings.exec_error = error_of(execl("/bin/true", "true", NULL));
    findings.kill_error = error_of(syscall(SYS_kill, leakwatch, SIGTERM));
    findings.stat_error = error_of(access("/etc/passwd", R_OK));
    findings.ptrace_error = error_of(syscall(SYS_ptrace, 0, 0, 0, 0));
    findings.limit_error = error_of(syscall(SYS_prlimit64, 0, 0, NULL, NULL));
    findings.executable_memory = error_of((long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    findings.memory_bounded =
        mmap(NULL, SYMBOL_JAIL_MEMORY + (64 << 20), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
    findings.memory_had = mmap(NULL, SYMBOL_JAIL_MEMORY / 4, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    symbol_send(inside, SYMBOL_PLACE, &findings, sizeof findings, -1);
}

Test(symbol_helper, it_opens_starts_and_signals_nothing)
{
    struct symbol_helper *helper = symbol_helper_start(try_to_get_out, false);
    struct symbol_header header;
    struct findings findings;
    int descriptor;

    cr_assert_not_null(helper);
    cr_assert_eq(symbol_receive_header(symbol_helper_socket(helper), UINT64_MAX, &header, &descriptor), 0);
    cr_assert_eq(header.size, sizeof findings);
    cr_assert_eq(symbol_receive(symbol_helper_socket(helper), UINT64_MAX, &findings, sizeof findings), 0);
    symbol_helper_end(helper);
    cr_expect_eq(findings.path_opened, ENOENT);
    cr_expect_eq(findings.socket_error, EPERM);
    cr_expect_eq(findings.fork_error, EPERM);
    cr_expect_eq(findings.exec_error, EPERM);
    cr_expect_eq(findings.kill_error, EPERM);
    cr_expect_eq(findings.stat_error, EPERM);
    cr_expect_eq(findings.ptrace_error, EPERM);
    cr_expect_eq(findings.limit_error, EPERM);
    cr_expect_eq(findings.executable_memory, EPERM);
    cr_expect(findings.memory_bounded);
    cr_expect(findings.memory_had);
}

/* Asks for files, and tells what it got. */
static void want_files(int socket, bool debuginfod)
{
    struct symbol_writer writer = {0};

    const int inside = symbol_jail_enter(socket);
    if (inside < 0)
        _exit(1);
    be_ready(inside);
    take_question(inside);
    const int text = error_of(open("/etc/passwd", O_RDONLY)), device = error_of(open("/dev/zero", O_RDONLY));
    const bool elf = open("/proc/self/exe", O_RDONLY) > inside;
    symbol_write_text(&writer, text == EACCES && device == EINVAL && elf ? "ELF only" : "something else");
    symbol_send(inside, SYMBOL_OPENED, writer.bytes, writer.size, -1);
}

Test(symbol_helper, it_gets_elf_files_only)
{
    const struct symbolizer_settings settings = {.serve = want_files};
    struct symbolizer *symbolizer = symbolizer_create(&settings);
    struct symbol_module module;
    struct symbol_frame frame;

    program.path = strcpy(path, fixture_path("program"));
    symbolizer_lookup(symbolizer, &program, offset, &module, &frame, 1);
    cr_assert_not_null(module.build_id, "%s", symbolizer_problem(symbolizer, &program));
    cr_expect_str_eq(module.build_id, "ELF only");
    symbolizer_destroy(symbolizer);
}

/* Nobody tells it: the kernel ends it. */
static void stay(int socket, bool debuginfod)
{
    for (;;)
        pause();
}

Test(symbol_helper, it_ends_with_the_process_that_it_is_for)
{
    int ends[2];
    char byte;

    cr_assert_eq(pipe(ends), 0); /* that the helper keeps open, too */
    const pid_t user = fork();
    if (user == 0) {
        close(ends[0]);
        if (symbol_helper_start(stay, false))
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    close(ends[1]);
    cr_expect_eq(read(ends[0], &byte, 1), 0, "the last one that had the other end has ended");
    cr_assert_eq(waitpid(user, NULL, 0), user);
}
