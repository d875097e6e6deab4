/* SPDX-License-Identifier: MIT */
#include "fault_counter.h"

#include <asm/perf_regs.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/xalloc.h"

enum { PAGE = 4096, RING_SIZE = 64 * PAGE, STACK_SIZE = 8192 };

/* In the order of their numbers, in which the kernel writes them. */
#define SAMPLED_REGISTERS (UINT64_C(1) << PERF_REG_X86_BP | UINT64_C(1) << PERF_REG_X86_SP | UINT64_C(1) << PERF_REG_X86_IP)

struct fault_counter {
    int minor, major;  /* events */
    uint64_t major_id; /* in samples */
    bool sees_kernel;
    struct perf_event_mmap_page *header; /* of the ring that both write to, one page; the ring follows */
    unsigned char record[UINT16_MAX];    /* one sample in one piece */
};

/* ---- Beginning and end ---- */

static int open_event(pid_t tid, uint64_t config, bool with_kernel)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_SOFTWARE,
        .size = sizeof attributes,
        .config = config,
        .sample_period = 1,
        .sample_type = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_ADDR | PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER,
        .sample_regs_user = SAMPLED_REGISTERS,
        .sample_stack_user = STACK_SIZE,
        .exclude_kernel = !with_kernel,
        .exclude_hv = 1,
    };
    const int fd = (int)syscall(SYS_perf_event_open, &attributes, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

static int open_both(struct fault_counter *counter, pid_t tid, bool with_kernel)
{
    counter->sees_kernel = with_kernel;
    counter->minor = open_event(tid, PERF_COUNT_SW_PAGE_FAULTS_MIN, with_kernel);
    if (counter->minor < 0)
        return counter->minor;
    counter->major = open_event(tid, PERF_COUNT_SW_PAGE_FAULTS_MAJ, with_kernel);
    return counter->major < 0 ? counter->major : 0;
}

static int map_ring(struct fault_counter *counter)
{
    void *ring = mmap(NULL, PAGE + RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, counter->minor, 0);

    if (ring == MAP_FAILED)
        return -errno;
    counter->header = ring;
    if (ioctl(counter->major, PERF_EVENT_IOC_SET_OUTPUT, counter->minor) != 0 ||
        ioctl(counter->major, PERF_EVENT_IOC_ID, &counter->major_id) != 0)
        return -errno;
    return 0;
}

struct fault_counter *fault_counter_open(pid_t tid, int *error)
{
    struct fault_counter *counter = xcalloc(1, sizeof *counter);

    counter->minor = counter->major = -1;
    *error = open_both(counter, tid, true);
    if (*error == -EACCES || *error == -EPERM)
        *error = open_both(counter, tid, false);
    if (*error == 0)
        *error = map_ring(counter);
    if (*error == 0)
        return counter;
    fault_counter_close(counter);
    return NULL;
}

void fault_counter_close(struct fault_counter *counter)
{
    if (counter == NULL)
        return;
    if (counter->header)
        munmap(counter->header, PAGE + RING_SIZE);
    if (counter->major >= 0)
        close(counter->major);
    if (counter->minor >= 0)
        close(counter->minor);
    free(counter);
}

bool fault_counter_sees_kernel(const struct fault_counter *counter)
{
    return counter->sees_kernel;
}

static uint64_t read_count(int event)
{
    uint64_t count;

    return read(event, &count, sizeof count) == sizeof count ? count : 0;
}

void fault_counter_read(const struct fault_counter *counter, uint64_t *minor, uint64_t *major)
{
    *minor = read_count(counter->minor);
    *major = read_count(counter->major);
}

/* ---- Samples ---- */

/* As sample_type above makes it (perf_event_open(2)): behind the registers, the size of the stack, that much of it, and how much of
 * that was written. Without registers, which threads of the kernel do not have, there is no more. */
struct sample_head {
    struct perf_event_header header;
    uint64_t id, address;
    uint64_t abi;
    uint64_t bp, sp, ip;
    uint64_t stack_size;
};

/* The record's size is the kernel's word, but all reads stay within the record. */
static bool decode_sample(const struct fault_counter *counter, const unsigned char *record, struct fault_sample *sample)
{
    struct sample_head head;

    memcpy(&head, record, sizeof head);
    if (head.header.type != PERF_RECORD_SAMPLE || head.header.size < sizeof head || head.abi == PERF_SAMPLE_REGS_ABI_NONE)
        return false;
    *sample = (struct fault_sample){
        .major = head.id == counter->major_id, .address = head.address, .place = {head.ip + 1, head.sp, head.bp}};
    if (head.stack_size > 0 && head.header.size >= sizeof head + head.stack_size + sizeof sample->stack_size) {
        memcpy(&sample->stack_size, record + sizeof head + head.stack_size, sizeof sample->stack_size);
        sample->stack = record + sizeof head;
        if (sample->stack_size > head.stack_size)
            sample->stack_size = head.stack_size;
    }
    return true;
}

/* The ring goes round: a record may lie at its end and at its beginning. */
static void copy_out(const unsigned char *ring, uint64_t from, void *to, size_t size)
{
    const size_t start = from % RING_SIZE, first = size < RING_SIZE - start ? size : RING_SIZE - start;

    memcpy(to, ring + start, first);
    memcpy((unsigned char *)to + first, ring, size - first);
}

void fault_counter_take(struct fault_counter *counter, void (*seen)(void *context, const struct fault_sample *sample),
                        void *context)
{
    const unsigned char *ring = (const unsigned char *)counter->header + PAGE;
    const uint64_t head = __atomic_load_n(&counter->header->data_head, __ATOMIC_ACQUIRE);
    uint64_t tail = counter->header->data_tail;

    while (tail < head) {
        struct perf_event_header header;
        struct fault_sample sample;
        copy_out(ring, tail, &header, sizeof header);
        if (header.size < sizeof header)
            break;
        memset(counter->record, 0, sizeof(struct sample_head));
        copy_out(ring, tail, counter->record, header.size);
        if (decode_sample(counter, counter->record, &sample))
            seen(context, &sample);
        tail += header.size;
    }
    __atomic_store_n(&counter->header->data_tail, head, __ATOMIC_RELEASE);
}

static size_t read_stack(void *context, uint64_t address, void *buffer, size_t size)
{
    const struct fault_sample *sample = context;
    const uint64_t start = sample->place.sp, end = start + sample->stack_size;

    if (address < start || address >= end)
        return 0;
    if (size > end - address)
        size = end - address;
    memcpy(buffer, sample->stack + (address - start), size);
    return size;
}

struct memory_view fault_sample_view(const struct fault_sample *sample)
{
    return (struct memory_view){.read = read_stack, .context = (void *)sample};
}
