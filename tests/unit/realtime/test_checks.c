/* SPDX-License-Identifier: MIT
 * Each check on made-up facts: it finds what it is for, and nothing where there is nothing. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>

#include "realtime/rt_checks.h"

enum { MIB = 1 << 20, CALL_SITE = 7, BLOCK_SITE = 8, START_SITE = 9 };

static struct realtime_facts facts;
static struct site_finding_list list;

static void finish(void)
{
    site_finding_list_finish(&list);
    realtime_facts_finish(&facts);
}

TestSuite(realtime_checks, .fini = finish);

/* The real-time part has begun, as it should. */
static void begin(void)
{
    realtime_facts_lock(&facts, MCL_CURRENT | MCL_FUTURE);
    facts.sums.start = REALTIME_BY_POLICY;
    realtime_facts_begin(&facts, START_SITE);
}

static void look(void)
{
    site_finding_list_finish(&list);
    rt_checks_run(&facts, &list);
}

/* The only finding; its id and its severity. */
static const struct site_finding *only(const char *id, enum finding_severity severity)
{
    look();
    cr_assert_eq(list.count, 1, "%d findings", (int)list.count);
    cr_assert_str_eq(list.items[0].id, id);
    cr_assert_eq(list.items[0].severity, severity);
    cr_assert_not_null(list.items[0].remedy);
    return &list.items[0];
}

static void nothing(void)
{
    look();
    cr_assert_eq(list.count, 0, "%s", list.count ? list.items[0].id : "");
}

static void assert_place(const struct site_finding *found, size_t index, enum finding_role role, uint32_t site)
{
    cr_assert_lt(index, found->place_count);
    cr_assert_eq(found->places[index].role, role);
    cr_assert_eq(found->places[index].site, site);
}

static void add_fault(bool major, uint64_t address, uint64_t block)
{
    realtime_facts_fault(&facts, &(struct realtime_fault_fact){.major = major,
                                                               .site = CALL_SITE,
                                                               .place = (char *)"[heap]",
                                                               .address = address,
                                                               .tid = 12,
                                                               .block = block,
                                                               .allocation_site = block ? BLOCK_SITE : 0});
}

static void add_call(enum realtime_offence offence, const char *name, uint32_t site)
{
    realtime_facts_call(&facts, &(struct realtime_call_fact){
                                    .offence = offence, .name = name, .detail = "a regular file", .tid = 12, .site = site});
}

Test(realtime_checks, every_check_has_its_texts_and_ids_are_unique)
{
    for (size_t i = 0; i < rt_check_count; i++) {
        cr_assert(*rt_check_table[i].meaning && *rt_check_table[i].formula && *rt_check_table[i].remedy);
        for (size_t k = 0; k < i; k++)
            cr_assert_str_neq(rt_check_table[i].id, rt_check_table[k].id);
    }
}

Test(realtime_checks, nothing_where_all_is_well)
{
    begin();
    nothing();
}

Test(realtime_checks, nothing_where_nothing_began)
{
    nothing();
}

/* ---- Locks ---- */

Test(realtime_checks, memory_that_is_not_locked)
{
    facts.sums.start = REALTIME_BY_CALL;
    facts.start_site = START_SITE;
    const struct site_finding *found = only("rt.mlockall-missing", FINDING_ERROR);
    cr_assert_str_eq(found->what, "memory was not locked when the real-time part began");
    cr_assert_str_eq(found->numbers, "nor later");
    assert_place(found, 0, ROLE_CALL, START_SITE);
}

Test(realtime_checks, memory_that_is_locked_too_late)
{
    facts.sums.start = REALTIME_BY_POLICY;
    realtime_facts_begin(&facts, START_SITE);
    realtime_facts_lock(&facts, MCL_CURRENT | MCL_FUTURE);
    realtime_facts_lock(&facts, 0);
    cr_assert_str_eq(only("rt.mlockall-missing", FINDING_ERROR)->numbers, "mlockall came later");
}

Test(realtime_checks, what_comes_later_is_not_locked)
{
    begin();
    facts.locking_at_start.future = false;
    cr_assert_not_null(strstr(only("rt.mlockall-missing", FINDING_ERROR)->what, "without MCL_FUTURE"));
}

Test(realtime_checks, what_was_there_is_not_locked)
{
    begin();
    facts.locking_at_start.current = false;
    cr_assert_not_null(strstr(only("rt.mlockall-missing", FINDING_ERROR)->what, "without MCL_CURRENT"));
}

Test(realtime_checks, two_calls_lock_as_one_does)
{
    realtime_facts_lock(&facts, MCL_CURRENT);
    realtime_facts_lock(&facts, MCL_FUTURE);
    cr_assert(facts.locking.current && facts.locking.future);
    realtime_facts_lock(&facts, MCL_CURRENT);
    cr_assert_not(facts.locking.future, "the last call decides about what comes");
    realtime_facts_lock(&facts, 0);
    cr_assert_not(facts.locking.current);
}

Test(realtime_checks, a_trial_is_clean_and_one_that_begins_anew_is_judged_by_its_own_beginning)
{
    facts.sums.start = REALTIME_BY_POLICY;
    realtime_facts_begin(&facts, START_SITE);
    cr_assert(realtime_facts_are_clean(&facts));
    begin();
    nothing();
    add_call(OFFENCE_FILE, "read", CALL_SITE);
    cr_assert_not(realtime_facts_are_clean(&facts));
}

Test(realtime_checks, forks)
{
    begin();
    realtime_facts_fork(&facts, &(struct realtime_fork_fact){.site = CALL_SITE, .child = 77});
    realtime_facts_fork(&facts, &(struct realtime_fork_fact){.site = CALL_SITE, .child = 78});
    const struct site_finding *found = only("rt.fork", FINDING_ERROR);
    cr_assert_eq(found->count, 2);
    cr_assert_not_null(strstr(found->numbers, "process 77"));
    assert_place(found, 0, ROLE_FORK, CALL_SITE);
}

/* ---- Faults ---- */

Test(realtime_checks, faults_of_one_place_are_one_finding)
{
    begin();
    facts.sums.minor_faults = known_value(2);
    add_fault(false, 0x5000, 0x4ff0);
    add_fault(false, 0x6000, 0x4ff0);
    const struct site_finding *found = only("rt.pagefault", FINDING_ERROR);
    cr_assert_eq(found->count, 2);
    cr_assert_str_eq(found->numbers, "thread 12 at 0x5000, in [heap], in the block at 0x4ff0");
    assert_place(found, 0, ROLE_INSTRUCTION, CALL_SITE);
    assert_place(found, 1, ROLE_ALLOCATION, BLOCK_SITE);
}

Test(realtime_checks, faults_that_wait_for_a_disk)
{
    begin();
    facts.sums.major_faults = known_value(1);
    add_fault(true, 0x5000, 0);
    cr_assert_str_eq(only("rt.major-fault", FINDING_ERROR)->numbers, "thread 12 at 0x5000, in [heap]");
}

Test(realtime_checks, faults_of_which_the_place_is_not_known)
{
    begin();
    facts.sums.minor_faults = known_value(10);
    add_fault(false, 0x5000, 0);
    look();
    cr_assert_eq(list.count, 2);
    cr_assert_eq(list.items[1].count, 9);
    cr_assert_eq(list.items[1].severity, FINDING_ERROR);
    cr_assert_eq(list.items[1].place_count, 0);
}

Test(realtime_checks, faults_that_are_only_counted_may_come_from_locking)
{
    begin();
    facts.sums.minor_faults = known_value(10);
    facts.sums.by_process_files = true;
    cr_assert_eq(only("rt.pagefault", FINDING_WARNING)->count, 10);
}

Test(realtime_checks, so_many_places_are_kept)
{
    begin();
    for (uint32_t site = 1; site <= REALTIME_FACTS_MAX + 5; site++) {
        add_call(OFFENCE_FILE, "read", site);
        realtime_facts_fault(&facts, &(struct realtime_fault_fact){.site = site, .place = (char *)"[stack]"});
    }
    facts.sums.minor_faults = known_value(REALTIME_FACTS_MAX + 5);
    look();
    cr_assert_eq(facts.calls_dropped, 5);
    cr_assert_eq(list.count, 2 * REALTIME_FACTS_MAX + 1);
    cr_assert_eq(list.items[REALTIME_FACTS_MAX].count, 5, "what is not kept is counted");
}

/* ---- Stacks ---- */

Test(realtime_checks, a_stack_that_grows)
{
    begin();
    facts.stack_at_start = known_value(132 << 10);
    facts.stack_now = known_value(136 << 10);
    cr_assert_str_eq(only("rt.stack-prefault", FINDING_WARNING)->numbers, "by 4 KiB, from 132 KiB");
}

Test(realtime_checks, a_stack_that_stays_or_is_not_known)
{
    begin();
    facts.stack_at_start = facts.stack_now = known_value(132 << 10);
    nothing();
    facts.stack_at_start = (struct known){0};
    nothing();
}

Test(realtime_checks, large_stacks)
{
    begin();
    facts.large_stacks = 3;
    facts.large_stack_bytes = 24 * MIB;
    cr_assert_str_eq(only("rt.thread-stack", FINDING_NOTE)->numbers, "3 of at least 8 MiB, 24 MiB in all");
}

/* ---- Calls ---- */

Test(realtime_checks, each_kind_of_call_has_its_check)
{
    static const struct {
        enum realtime_offence offence;
        const char *id;
    } kinds[] = {{OFFENCE_MEMORY, "rt.memory-syscall"},
                 {OFFENCE_TRIM, "rt.malloc-trim"},
                 {OFFENCE_SLEEP, "rt.sleep"},
                 {OFFENCE_LOCK, "rt.non-pi-futex"},
                 {OFFENCE_FILE, "rt.blocking-io"}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        begin();
        add_call(kinds[i].offence, "call", CALL_SITE);
        const struct site_finding *found = only(kinds[i].id, FINDING_WARNING);
        cr_assert_str_eq(found->numbers, "thread 12: a regular file");
        assert_place(found, 0, ROLE_CALL, CALL_SITE);
        realtime_facts_finish(&facts);
    }
}

Test(realtime_checks, calls_are_counted_by_name_and_place)
{
    begin();
    add_call(OFFENCE_FILE, "read", CALL_SITE);
    add_call(OFFENCE_FILE, "read", CALL_SITE);
    add_call(OFFENCE_FILE, "read", CALL_SITE + 1);
    look();
    cr_assert_eq(list.count, 2);
    cr_assert_eq(list.items[0].count, 2);
    cr_assert_eq(list.items[1].count, 1);
}
