/* SPDX-License-Identifier: MIT */
#include "borrowed_thread.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"

enum {
    RED_ZONE = 128,
    UCONTEXT_SIZE = 304, /* of the kernel's struct ucontext: glibc's begins in the same way */
    SIGINFO_SIZE = 128,  /* behind it in struct rt_sigframe (arch/x86/include/asm/sigframe.h) */
    XSTATE_MAX = 16384,
    XSTATE_SOFTWARE = 464, /* bytes of the area that are the kernel's, for signal frames (struct _fpx_sw_bytes) */
    WORK_SIZE = 1 << 20,
    PAGE = 4096,
};

static const uint64_t call_patience_ns = 5000000000;

/* ---- Code ------------------------------------------------------------------------------------------------------------------ */

static uint64_t find_bytes(const struct memory_view *memory, const struct address_range *range, const void *bytes, size_t size)
{
    const size_t length = range->end - range->start;
    char *code = xmalloc(length);
    const size_t got = memory_read(memory, range->start, code, length);
    const char *found = memmem(code, got, bytes, size);
    const uint64_t address = found ? range->start + (uint64_t)(found - code) : 0;

    free(code);
    return address;
}

bool return_code_find(const struct memory_view *memory, const struct address_range *code, size_t count, struct return_code *found)
{
    static const uint8_t syscall_return[] = {0x0f, 0x05, 0xc3};
    static const uint8_t sigreturn[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};

    *found = (struct return_code){0};
    for (size_t i = 0; i < count; i++) {
        if (found->syscall == 0)
            found->syscall = find_bytes(memory, &code[i], syscall_return, sizeof syscall_return);
        if (found->restorer == 0)
            found->restorer = find_bytes(memory, &code[i], sigreturn, sizeof sigreturn);
    }
    return found->syscall != 0 && found->restorer != 0;
}

/* ---- What rt_sigreturn reads ------------------------------------------------------------------------------------------------- */

/* As after the handler of a signal with SA_RESTART; a call that goes on with restart_syscall(2) begins anew: better too long a
 * sleep than an error that the program does not expect. */
static struct user_regs_struct restarting(struct user_regs_struct registers)
{
    enum { ERESTARTSYS = 512, ERESTARTNOINTR = 513, ERESTARTNOHAND = 514, ERESTART_RESTARTBLOCK = 516 };
    const int64_t result = (int64_t)registers.rax;

    if ((int64_t)registers.orig_rax < 0)
        return registers;
    if (result == -ERESTARTSYS || result == -ERESTARTNOINTR || result == -ERESTARTNOHAND || result == -ERESTART_RESTARTBLOCK) {
        registers.rax = registers.orig_rax;
        registers.rip -= 2;
    }
    return registers;
}

static void fill_registers(const struct user_regs_struct *registers, greg_t *context)
{
    context[REG_R8] = (greg_t)registers->r8;
    context[REG_R9] = (greg_t)registers->r9;
    context[REG_R10] = (greg_t)registers->r10;
    context[REG_R11] = (greg_t)registers->r11;
    context[REG_R12] = (greg_t)registers->r12;
    context[REG_R13] = (greg_t)registers->r13;
    context[REG_R14] = (greg_t)registers->r14;
    context[REG_R15] = (greg_t)registers->r15;
    context[REG_RDI] = (greg_t)registers->rdi;
    context[REG_RSI] = (greg_t)registers->rsi;
    context[REG_RBP] = (greg_t)registers->rbp;
    context[REG_RBX] = (greg_t)registers->rbx;
    context[REG_RDX] = (greg_t)registers->rdx;
    context[REG_RAX] = (greg_t)registers->rax;
    context[REG_RCX] = (greg_t)registers->rcx;
    context[REG_RSP] = (greg_t)registers->rsp;
    context[REG_RIP] = (greg_t)registers->rip;
    context[REG_EFL] = (greg_t)registers->eflags;
    context[REG_CSGSFS] = (greg_t)(registers->cs | registers->ss << 48);
}

/* What the kernel writes there in a signal frame (fs/x86/kernel/fpu/signal.c: save_sw_bytes). */
static void mark_xstate(char *area, size_t size)
{
    const uint32_t first = FP_XSTATE_MAGIC1, extended = (uint32_t)size + FP_XSTATE_MAGIC2_SIZE, last = FP_XSTATE_MAGIC2;
    const uint32_t all = (uint32_t)size;
    uint64_t features;

    memcpy(&features, area + XSTATE_SOFTWARE, sizeof features); /* ptrace puts XCR0 there */
    memset(area + XSTATE_SOFTWARE, 0, 48);
    memcpy(area + XSTATE_SOFTWARE, &first, sizeof first);
    memcpy(area + XSTATE_SOFTWARE + 4, &extended, sizeof extended);
    memcpy(area + XSTATE_SOFTWARE + 8, &features, sizeof features);
    memcpy(area + XSTATE_SOFTWARE + 16, &all, sizeof all);
    memcpy(area + size, &last, sizeof last);
}

/* Writes a return address, and what rt_sigreturn reads behind it, to the highest place below `top`. Returns its address, which is
 * that of the stack pointer at the entry of a function; 0 if it cannot be written. */
static uint64_t write_frame(struct borrowed_thread *borrowed, uint64_t top, uint64_t return_address)
{
    enum { UC_FP_XSTATE = 1, UC_SIGCONTEXT_SS = 2, UC_STRICT_RESTORE_SS = 4, NO_SIGNAL_STACK = 0x40 };
    const size_t fixed = sizeof return_address + UCONTEXT_SIZE + SIGINFO_SIZE;
    const size_t total = fixed + 64 + borrowed->xstate_size + FP_XSTATE_MAGIC2_SIZE;
    const uint64_t frame = ((top - total) & ~UINT64_C(15)) - sizeof return_address;
    const uint64_t area = (frame + fixed + 63) & ~UINT64_C(63);
    const struct user_regs_struct registers = restarting(borrowed->registers);
    ucontext_t context = {.uc_flags = UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS};
    char *bytes = xcalloc(1, top - frame);

    context.uc_stack.ss_flags = NO_SIGNAL_STACK; /* no such state: the thread's alternate stack stays as it is */
    fill_registers(&registers, context.uc_mcontext.gregs);
    context.uc_mcontext.fpregs = (void *)area; /* in the program */
    memcpy(&context.uc_sigmask, &borrowed->signal_mask, sizeof borrowed->signal_mask);
    memcpy(bytes, &return_address, sizeof return_address);
    memcpy(bytes + sizeof return_address, &context, UCONTEXT_SIZE);
    memcpy(bytes + (area - frame), borrowed->xstate, borrowed->xstate_size);
    mark_xstate(bytes + (area - frame), borrowed->xstate_size);
    const int error = tracee_memory_write(&borrowed->thread->process->space->memory, frame, bytes, top - frame);
    free(bytes);
    return error ? 0 : frame;
}

/* ---- Running it -------------------------------------------------------------------------------------------------------------- */

bool borrowed_thread_stopped(struct thread *thread, const struct stop *stop)
{
    struct borrowed_thread *borrowed = thread->borrowed;
    unsigned long child;

    if (!borrowed)
        return false;
    if (stop->kind == STOP_EXIT) { /* it dies: from here on it is like any other */
        borrowed->thread = NULL;
        thread->borrowed = NULL;
        return false;
    }
    thread->state = THREAD_HELD;
    thread->held_request = PTRACE_CONT;
    thread->held_signal = 0;
    borrowed->stopped = true;
    borrowed->stop = *stop;
    if (stop->kind == STOP_NEW_CHILD && tracee_event_message(thread->tid, &child) == 0)
        borrowed->child = (pid_t)child;
    return true;
}

static bool is_there(struct borrowed_thread *borrowed)
{
    const struct thread *thread = process_table_thread(&borrowed->session->table, borrowed->tid);

    if (borrowed->thread && (thread != borrowed->thread || thread->borrowed != borrowed))
        borrowed->thread = NULL;
    return borrowed->thread != NULL;
}

/* Lets it run to its next stop. Returns 0, -ESRCH, or -ETIMEDOUT: it runs on. */
static int run_on(struct borrowed_thread *borrowed, int request, int signal, uint64_t deadline_ns)
{
    if (!is_there(borrowed))
        return -ESRCH;
    if (borrowed->thread->state == THREAD_HELD) {
        borrowed->stopped = false;
        borrowed->thread->state = THREAD_RUNNING;
        event_queue_goes_on(&borrowed->session->events, borrowed->tid);
        tracee_resume(borrowed->tid, request, signal);
    }
    while (!borrowed->stopped) {
        if (monotonic_ns() >= deadline_ns)
            return -ETIMEDOUT;
        if (!session_step(borrowed->session, deadline_ns) || !is_there(borrowed))
            return -ESRCH;
    }
    return 0;
}

static bool is_fault(int signal)
{
    return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE || signal == SIGTRAP || signal == SIGSYS ||
           signal == SIGABRT;
}

/* Runs to the entry or exit of its next system call. A stop of the whole job is left to the other threads: this one has to finish
 * first. Returns 0, -ESRCH, -ETIMEDOUT, or -EFAULT if it crashed. */
static int run_to_call(struct borrowed_thread *borrowed, uint64_t deadline_ns)
{
    int signal = 0;

    for (;;) {
        int error = run_on(borrowed, PTRACE_SYSCALL, signal, deadline_ns);
        if (error)
            return error;
        if (borrowed->stop.kind == STOP_SYSCALL)
            return 0;
        signal = borrowed->stop.kind == STOP_SIGNAL ? borrowed->stop.value : 0;
        if (is_fault(signal))
            return -EFAULT;
    }
}

/* Lets its next instructions be a call without effect, and the way back. Whatever happens to us, it finds back from there. */
static int point_back(struct borrowed_thread *borrowed)
{
    struct user_regs_struct registers = borrowed->registers;

    registers.rip = borrowed->code.syscall;
    registers.rsp = borrowed->frame;
    registers.rax = SYS_getpid;
    registers.orig_rax = (unsigned long long)-1;
    return tracee_set_registers(borrowed->tid, &registers);
}

int borrowed_thread_syscall(struct borrowed_thread *borrowed, long number, const uint64_t arguments[6], int64_t *result)
{
    struct user_regs_struct registers = borrowed->registers;
    int error = is_there(borrowed) ? 0 : -ESRCH;

    borrowed->child = 0;
    registers.rip = borrowed->code.syscall;
    registers.rsp = borrowed->frame;
    registers.orig_rax = (unsigned long long)-1;
    registers.rax = (unsigned long long)number;
    registers.rdi = arguments[0];
    registers.rsi = arguments[1];
    registers.rdx = arguments[2];
    registers.r10 = arguments[3];
    registers.r8 = arguments[4];
    registers.r9 = arguments[5];
    if (!error)
        error = tracee_set_registers(borrowed->tid, &registers);
    for (int stop = 0; !error && stop < 2; stop++) /* its entry, its exit */
        error = run_to_call(borrowed, UINT64_MAX);
    if (!error)
        error = tracee_registers(borrowed->tid, &registers);
    if (!error)
        *result = (int64_t)registers.rax;
    return error;
}

/* ---- Taking and giving back ----------------------------------------------------------------------------------------------------
 */

static uint64_t blocked_signals(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT};
    uint64_t mask = UINT64_MAX;

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        mask &= ~(UINT64_C(1) << (faults[i] - 1));
    return mask;
}

static int save(struct borrowed_thread *borrowed)
{
    struct iovec area = {xcalloc(1, XSTATE_MAX), XSTATE_MAX};

    borrowed->xstate = area.iov_base;
    int error = tracee_registers(borrowed->tid, &borrowed->registers);
    if (!error && ptrace(PTRACE_GETREGSET, borrowed->tid, NT_X86_XSTATE, &area) != 0)
        error = -errno;
    if (!error && ptrace(PTRACE_GETSIGMASK, borrowed->tid, sizeof borrowed->signal_mask, &borrowed->signal_mask) != 0)
        error = -errno;
    borrowed->xstate_size = area.iov_len;
    return error;
}

int borrowed_thread_take(struct session *session, struct thread *thread, const struct return_code *code,
                         struct borrowed_thread *borrowed)
{
    const uint64_t mask = blocked_signals();

    *borrowed = (struct borrowed_thread){.session = session, .thread = thread, .tid = thread->tid, .code = *code};
    int error = save(borrowed);
    if (!error) {
        borrowed->frame = write_frame(borrowed, borrowed->registers.rsp - RED_ZONE, code->restorer);
        error = borrowed->frame == 0 ? -EFAULT : 0;
    }
    /* In this order: the way back has the old mask. */
    if (!error)
        error = point_back(borrowed);
    if (!error && ptrace(PTRACE_SETSIGMASK, thread->tid, sizeof mask, &mask) != 0) {
        error = -errno;
        tracee_set_registers(thread->tid, &borrowed->registers);
    }
    if (error)
        free(borrowed->xstate);
    else
        thread->borrowed = borrowed;
    return error;
}

/* Only on the way out of a PTRACE_EVENT_STOP does the kernel start an interrupted call again: goes to one, without running any code
 * of the program before. */
static int go_to_event_stop(struct borrowed_thread *borrowed)
{
    int error = point_back(borrowed);

    if (!error)
        error = tracee_interrupt(borrowed->tid);
    do {
        if (!error)
            error = run_on(borrowed, PTRACE_CONT, 0, UINT64_MAX);
    } while (!error && borrowed->stop.kind != STOP_INTERRUPT && borrowed->stop.kind != STOP_GROUP);
    return error;
}

static void unmap(struct borrowed_thread *borrowed, uint64_t *address, uint64_t size)
{
    const uint64_t arguments[6] = {*address, size};
    int64_t result;

    if (*address != 0)
        borrowed_thread_syscall(borrowed, SYS_munmap, arguments, &result);
    *address = 0;
}

void borrowed_thread_return(struct borrowed_thread *borrowed)
{
    unmap(borrowed, &borrowed->work, WORK_SIZE);
    unmap(borrowed, &borrowed->returner, PAGE);
    if (is_there(borrowed) && go_to_event_stop(borrowed) == 0) {
        struct iovec area = {borrowed->xstate, borrowed->xstate_size};
        ptrace(PTRACE_SETSIGMASK, borrowed->tid, sizeof borrowed->signal_mask, &borrowed->signal_mask);
        ptrace(PTRACE_SETREGSET, borrowed->tid, NT_X86_XSTATE, &area);
        tracee_set_registers(borrowed->tid, &borrowed->registers);
    }
    if (is_there(borrowed)) {
        borrowed->thread->held_request = borrowed->stop.kind == STOP_GROUP ? PTRACE_LISTEN : (int)borrowed->session->run_request;
        borrowed->thread->borrowed = NULL;
    }
    free(borrowed->xstate);
    borrowed->xstate = NULL;
}

void borrowed_thread_kill_task(struct session *session, pid_t tid)
{
    if (process_table_thread(&session->table, tid)) {
        ptrace(PTRACE_SETOPTIONS, tid, 0, PTRACE_O_TRACESYSGOOD); /* no stop on its way out */
        kill(tid, SIGKILL);
    }
    while (process_table_thread(&session->table, tid) && session_step(session, UINT64_MAX))
        continue;
}

void borrowed_thread_kill(struct borrowed_thread *borrowed)
{
    borrowed_thread_kill_task(borrowed->session, borrowed->tid);
    free(borrowed->xstate);
    borrowed->xstate = NULL;
}

/* ---- Functions --------------------------------------------------------------------------------------------------------------- */

static int map_memory(struct borrowed_thread *borrowed, uint64_t size, int protection, uint64_t *address)
{
    const uint64_t arguments[6] = {0, size, (uint64_t)protection, MAP_PRIVATE | MAP_ANONYMOUS, UINT64_MAX, 0};
    int64_t result;
    int error = borrowed_thread_syscall(borrowed, SYS_mmap, arguments, &result);

    if (!error && result < 0 && result > -PAGE)
        error = (int)result;
    if (!error)
        *address = (uint64_t)result;
    return error;
}

/* What a function returns to: mov %rax, %rdi; 1: mov $15, %eax; syscall; jmp 1b. The result is a pointer that rt_sigreturn does not
 * look at. The jump matters where that call was skipped and we are killed then. */
static const uint8_t returner[] = {0x48, 0x89, 0xc7, 0xb8, SYS_rt_sigreturn, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7};
enum { RETURNER_CALL_END = 10 };

int borrowed_thread_prepare(struct borrowed_thread *borrowed)
{
    int error = map_memory(borrowed, WORK_SIZE, PROT_READ | PROT_WRITE, &borrowed->work);

    if (!error)
        error = map_memory(borrowed, PAGE, PROT_READ | PROT_EXEC, &borrowed->returner);
    if (!error)
        error = tracee_memory_write_code(&borrowed->thread->process->space->memory, borrowed->returner, returner, sizeof returner);
    return error;
}

/* Whether the function waits for the first of all locks that it takes. */
static bool waits_for(struct borrowed_thread *borrowed, struct address_range loader, size_t calls_made)
{
    struct user_regs_struct registers;

    return calls_made == 0 && tracee_registers(borrowed->tid, &registers) == 0 && registers.orig_rax == SYS_futex &&
           registers.rdi >= loader.start && registers.rdi < loader.end;
}

static bool has_returned(const struct borrowed_thread *borrowed, const struct user_regs_struct *registers, uint64_t frame)
{
    return registers->rip == borrowed->returner + RETURNER_CALL_END && registers->rsp == frame + sizeof frame;
}

/* The call with which the function would end is not made. */
static int take_result(struct borrowed_thread *borrowed, struct user_regs_struct *registers, uint64_t *result)
{
    *result = registers->rdi;
    registers->orig_rax = (unsigned long long)-1;
    int error = tracee_set_registers(borrowed->tid, registers);
    return error ? error : run_to_call(borrowed, UINT64_MAX);
}

/* Stops the function where it is. Returns -EBUSY if it can be left there, or 0: it is past that. */
static int look_why_it_waits(struct borrowed_thread *borrowed, struct address_range loader, size_t calls_made)
{
    tracee_interrupt(borrowed->tid);
    int error = run_on(borrowed, PTRACE_SYSCALL, 0, UINT64_MAX);

    return !error && borrowed->stop.kind == STOP_INTERRUPT && waits_for(borrowed, loader, calls_made) ? -EBUSY : error;
}

/* Runs until the function has returned. What has made calls cannot be left any more, however long it takes. */
static int run_function(struct borrowed_thread *borrowed, uint64_t frame, struct address_range loader, uint64_t *result)
{
    struct user_regs_struct registers;
    struct __ptrace_syscall_info info;
    size_t calls_made = 0;

    for (;;) {
        int error = run_to_call(borrowed, calls_made == 0 ? monotonic_ns() + call_patience_ns : UINT64_MAX);
        if (error == -ETIMEDOUT) {
            error = look_why_it_waits(borrowed, loader, calls_made);
            calls_made += !error;
        }
        if (error)
            return error;
        if (borrowed->stop.kind != STOP_SYSCALL || tracee_syscall_info(borrowed->tid, &info) < 0 ||
            info.op != PTRACE_SYSCALL_INFO_ENTRY)
            continue;
        error = tracee_registers(borrowed->tid, &registers);
        if (error)
            return error;
        if (has_returned(borrowed, &registers, frame))
            return take_result(borrowed, &registers, result);
        calls_made += registers.orig_rax != SYS_futex;
    }
}

/* The last page of that stack is for texts. */
static uint64_t text_place(const struct borrowed_thread *borrowed)
{
    return borrowed->work + WORK_SIZE - PAGE;
}

int borrowed_thread_put_text(struct borrowed_thread *borrowed, const char *text, uint64_t *address)
{
    if (!is_there(borrowed))
        return -ESRCH;
    *address = text_place(borrowed);
    return strlen(text) < PAGE ? tracee_memory_write(&borrowed->thread->process->space->memory, *address, text, strlen(text) + 1)
                               : -ENAMETOOLONG;
}

int borrowed_thread_call(struct borrowed_thread *borrowed, uint64_t function, const char *text, uint64_t argument,
                         struct address_range loader, uint64_t *result)
{
    struct user_regs_struct registers = borrowed->registers;
    uint64_t first = argument;
    int error = is_there(borrowed) ? 0 : -ESRCH;

    if (!error && text)
        error = borrowed_thread_put_text(borrowed, text, &first);
    const uint64_t frame = error ? 0 : write_frame(borrowed, text_place(borrowed), borrowed->returner);
    if (!error && frame == 0)
        error = -EFAULT;
    registers.rip = function;
    registers.rsp = frame;
    registers.rbp = 0;
    registers.rdi = first;
    registers.rsi = argument;
    registers.rax = 0;
    registers.orig_rax = (unsigned long long)-1;
    registers.eflags &= ~UINT64_C(0x400); /* direction: forward */
    if (!error)
        error = tracee_set_registers(borrowed->tid, &registers);
    return error ? error : run_function(borrowed, frame, loader, result);
}
