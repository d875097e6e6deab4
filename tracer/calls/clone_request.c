/* SPDX-License-Identifier: MIT */
#include "clone_request.h"

#include <linux/sched.h>
#include <sys/syscall.h>

#include "tracer/address_space.h"
#include "tracer/process_table.h"
#include "tracer/tracee.h"

struct clone_request clone_request_read(struct thread *maker)
{
    struct user_regs_struct registers;
    struct clone_request request = {0};

    if (tracee_registers(maker->tid, &registers) != 0)
        return request;
    switch (registers.orig_rax) {
    case __NR_clone:
        return (struct clone_request){registers.rdi, registers.rdx};
    case __NR_clone3: {
        const struct memory_view view = tracee_memory_view(&maker->process->space->memory);
        memory_read(&view, registers.rdi, &request, sizeof request); /* as struct clone_args begins */
        return request;
    }
    case __NR_vfork:
        request.flags = CLONE_VM | CLONE_VFORK;
        return request;
    default:
        return request;
    }
}
