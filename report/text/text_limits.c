/* SPDX-License-Identifier: MIT
 * What `leakwatch limits` found, for people. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/size_text.h"
#include "records/limits_model.h"
#include "report/encoding/stream_end.h"
#include "report/limits_report.h"
#include "text_finding.h"
#include "text_style.h"

#define LABEL       18 /* columns up to the colon, as in text_process.c */
#define NAME_WIDTH  24 /* of a limit's name and control group */
#define LINE_WIDTH  110
#define OWNERS_MOST 10 /* that are shown without -v */
#define BRIEF_MOST  20 /* processes told in a line each, likewise */

/* ---- Numbers ---- */

struct cell {
    char text[48];
};

static struct cell amount(enum limit_unit unit, struct known number)
{
    struct cell cell;

    if (!number.known)
        snprintf(cell.text, sizeof cell.text, "unknown");
    else if (number.value == KNOWN_UNLIMITED)
        snprintf(cell.text, sizeof cell.text, "unlimited");
    else
        snprintf(cell.text, sizeof cell.text, "%s",
                 unit == LIMIT_BYTES ? size_text(number.value).text : text_number(number.value).text);
    return cell;
}

static struct cell signed_size(int64_t bytes)
{
    struct cell cell;
    uint64_t size = bytes < 0 ? -(uint64_t)bytes : (uint64_t)bytes;

    snprintf(cell.text, sizeof cell.text, "%s%s", bytes < 0 ? "-" : bytes > 0 ? "+" : "", size_text(size).text);
    return cell;
}

static struct cell figure_text(const struct limit_figure *figure)
{
    const uint64_t value = figure->value.value;
    struct cell cell;

    switch (figure->unit) {
    case FIGURE_WORD:
        snprintf(cell.text, sizeof cell.text, "%s", figure->word ? figure->word : "unknown");
        return cell;
    case FIGURE_SIGNED_BYTES:
        return signed_size((int64_t)value);
    case FIGURE_SIGNED:
        snprintf(cell.text, sizeof cell.text, "%" PRId64, (int64_t)value);
        return cell;
    case FIGURE_PERCENT:
        snprintf(cell.text, sizeof cell.text, "%" PRIu64 ".%02u%%", value / 100, (unsigned)(value % 100));
        return cell;
    case FIGURE_MICROSECONDS:
        snprintf(cell.text, sizeof cell.text, "%s", text_seconds(value * 1000).text);
        return cell;
    case FIGURE_YES_NO:
        snprintf(cell.text, sizeof cell.text, "%s", value ? "yes" : "no");
        return cell;
    default:
        return amount(figure->unit == FIGURE_BYTES ? LIMIT_BYTES : LIMIT_COUNT, figure->value);
    }
}

/* ---- Limits ---- */

/* "heap, stack": the kinds of growth that it stops. */
static void print_growths(const struct text_writer *writer, unsigned growths)
{
    const char *comma = "";

    for (enum growth_kind growth = 0; growth < GROWTHS; growth++) {
        if ((growths & 1U << growth) == 0)
            continue;
        fprintf(writer->stream, "%s%s", comma, growth_name(growth));
        comma = ", ";
    }
}

/* The name in its column; a control group on the same line where it has room, else on a line of its own. */
static void print_limit_name(const struct text_writer *writer, const struct limit *limit)
{
    size_t width = strlen(limit->name) + (limit->where ? strlen(limit->where) + 1 : 0);

    fprintf(writer->stream, "    %s", limit->name);
    if (limit->where) {
        putc(' ', writer->stream);
        text_foreign(writer, limit->where);
    }
    if (width > NAME_WIDTH)
        fprintf(writer->stream, "\n    %*s", NAME_WIDTH, "");
    else
        fprintf(writer->stream, "%*s", (int)(NAME_WIDTH - width), "");
}

static void print_limit(const struct text_writer *writer, const struct limit *limit)
{
    print_limit_name(writer, limit);
    fprintf(writer->stream, " %11s %11s ", amount(limit->unit, limit->used).text, amount(limit->unit, limit->limit).text);
    fprintf(writer->stream, "%s%11s  %-9s ", limit->at_most ? "<" : " ", amount(limit->unit, limit->left).text,
            limit_effect_name(limit->effect));
    print_growths(writer, limit->growths);
    if (limit->single_request)
        fputs(" (each request alone)", writer->stream);
    putc('\n', writer->stream);
}

/* Limits that are none are for those who want to know it all. */
static void print_limits(const struct text_writer *writer, const struct limits_subject *subject)
{
    size_t none = 0;

    fprintf(writer->stream, "\n    %-*s %11s %11s  %11s  %-9s %s\n", NAME_WIDTH, "limit", "in use", "limit", "left", "then",
            "of growth in");
    for (size_t i = 0; i < subject->limits.count; i++) {
        const struct limit *limit = &subject->limits.items[i];
        bool is_none = limit->limit.known && limit->limit.value == KNOWN_UNLIMITED;
        none += is_none;
        if (!is_none || writer->view->verbosity > 0)
            print_limit(writer, limit);
    }
    if (none > 0 && writer->view->verbosity <= 0)
        fprintf(writer->stream, "    (%zu more are unlimited: -v)\n", none);
}

static void print_first(const struct text_writer *writer, const struct limits_subject *subject)
{
    for (size_t i = 0; i < subject->first_count; i++) {
        const struct first_limit *first = &subject->first[i];
        const struct limit *limit = &subject->limits.items[first->index];
        if (i == 0)
            fputs("\n    The first limit for\n", writer->stream);
        fprintf(writer->stream, "%*s: ", LABEL, growth_name(first->growth));
        text_print(writer, STYLE_STRONG, "%s", limit->name);
        if (limit->where) {
            putc(' ', writer->stream);
            text_foreign(writer, limit->where);
        }
        fprintf(writer->stream, ", %s%s left, then %s", limit->at_most ? "at most " : "", amount(limit->unit, limit->left).text,
                limit_effect_name(limit_effect_on(limit, first->growth)));
        if (first->seconds.known)
            fprintf(writer->stream, ", in about %s s at the rate seen", text_number(first->seconds.value).text);
        putc('\n', writer->stream);
    }
}

/* ---- Figures ---- */

static bool is_known(const struct limit_figure *figure)
{
    return figure->unit == FIGURE_WORD ? figure->word != NULL : figure->value.known;
}

/* Where overcommit is strict, its figures are an account in which each line belongs to the one above. */
static bool is_account(const struct figure_list *figures, const struct limit_figure *figure)
{
    if (strcmp(figure->group, "commit") != 0)
        return false;
    while (figure > figures->items && strcmp(figure[-1].group, figure->group) == 0)
        figure--;
    return figure->word && strcmp(figure->word, "strict") == 0;
}

/* What is not known, and what there is none of, is for those who want to know it all. */
static bool is_shown(const struct text_writer *writer, const struct figure_list *figures, const struct limit_figure *figure)
{
    if (writer->view->verbosity > 0)
        return true;
    return is_known(figure) && (figure->unit == FIGURE_WORD || is_account(figures, figure) || figure->value.value != 0);
}

/* "label value"; returns how many columns it takes. */
static int format_figure(const struct limit_figure *figure, char *text, size_t size)
{
    return snprintf(text, size, "%s %s", figure->label, is_known(figure) ? figure_text(figure).text : "unknown");
}

/* The figures of a group follow one another, on as many lines as they need. */
static void print_figures(const struct text_writer *writer, const struct figure_list *figures)
{
    const char *group = "";
    int column = 0;

    for (size_t i = 0; i < figures->count; i++) {
        const struct limit_figure *figure = &figures->items[i];
        char text[96];
        if (!is_shown(writer, figures, figure))
            continue;
        int width = format_figure(figure, text, sizeof text);
        if (strcmp(group, figure->group) != 0)
            column = fprintf(writer->stream, "\n%*s: ", LABEL, figure->group) - 1;
        else if (is_account(figures, figure) || column + width + 2 > LINE_WIDTH)
            column = fprintf(writer->stream, "\n%*s", LABEL + 2, "") - 1;
        else
            column += fprintf(writer->stream, ", ");
        group = figure->group;
        column += fprintf(writer->stream, "%s", text);
    }
    putc('\n', writer->stream);
}

/* ---- Pages ---- */

static void print_owner_name(const struct text_writer *writer, enum owner_kind kind, const char *name)
{
    bool file = kind == OWNER_FILE || (name && (kind == OWNER_SHARED || kind == OWNER_MAPPING));

    if (!file)
        fputs(owner_kind_name(kind), writer->stream);
    if (name && kind == OWNER_FILE)
        text_path(writer, name);
    else if (name && file)
        text_foreign(writer, name);
}

static void print_owner(const struct text_writer *writer, const struct page_owner *owner, bool growth)
{
    const struct page_counts *pages = &owner->pages;

    fprintf(writer->stream, "    %11s %11s ", amount(LIMIT_BYTES, pages->resident).text,
            amount(LIMIT_BYTES, pages->proportional).text);
    fprintf(writer->stream, "%11s %11s ", amount(LIMIT_BYTES, pages->anonymous).text, amount(LIMIT_BYTES, pages->swapped).text);
    if (growth)
        fprintf(writer->stream, "%11s ", signed_size(owner->resident_growth).text);
    fprintf(writer->stream, "%6zu  ", owner->mappings);
    print_owner_name(writer, owner->kind, owner->name);
    putc('\n', writer->stream);
}

static void print_owners(const struct text_writer *writer, const struct limits_subject *subject)
{
    const bool growth = subject->looks > 1;
    size_t shown = subject->owners.count;

    if (shown == 0)
        return;
    if (writer->view->verbosity <= 0 && shown > OWNERS_MOST)
        shown = OWNERS_MOST;
    while (shown > 1 && writer->view->verbosity <= 0 && subject->owners.items[shown - 1].pages.resident.value == 0)
        shown--;
    fprintf(writer->stream, "\n    %11s %11s %11s %11s %s%6s  %s\n", "resident", "Pss", "anonymous", "swapped",
            growth ? "     growth " : "", "number", "mappings of");
    for (size_t i = 0; i < shown; i++)
        print_owner(writer, &subject->owners.items[i], growth);
    if (shown < subject->owners.count)
        fprintf(writer->stream, "    (%zu more: -v)\n", subject->owners.count - shown);
}

static void print_mapping(const struct text_writer *writer, const struct page_mapping *mapping, bool growth)
{
    const struct page_counts *pages = &mapping->pages;

    fprintf(writer->stream, "    %012" PRIx64 "-%012" PRIx64 " %s ", mapping->start, mapping->end, mapping->permissions);
    fprintf(writer->stream, "%11s %11s ", amount(LIMIT_BYTES, pages->resident).text, amount(LIMIT_BYTES, pages->anonymous).text);
    if (growth)
        fprintf(writer->stream, "%11s ", signed_size(mapping->resident_growth).text);
    print_owner_name(writer, mapping->owner, mapping->name);
    putc('\n', writer->stream);
}

/* Each by itself, for those who want to know it all. */
static void print_mappings(const struct text_writer *writer, const struct limits_subject *subject)
{
    const bool growth = subject->looks > 1;

    if (subject->mappings.count == 0 || writer->view->verbosity <= 0)
        return;
    fprintf(writer->stream, "\n    %-25s %-4s %11s %11s %smapping of\n", "address", "", "resident", "anonymous",
            growth ? "     growth " : "");
    for (size_t i = 0; i < subject->mappings.count; i++)
        print_mapping(writer, &subject->mappings.items[i], growth);
}

/* ---- Findings ---- */

static void print_findings(const struct text_writer *writer, const struct limits_subject *subject)
{
    for (int severity = FINDING_ERROR; severity >= FINDING_NOTE; severity--) {
        if (severity == FINDING_NOTE && writer->view->verbosity < 0)
            continue;
        for (size_t i = 0; i < subject->findings.count; i++)
            if ((int)subject->findings.items[i].severity == severity)
                text_finding(writer, &subject->findings.items[i]);
    }
}

/* ---- All ---- */

static void print_title(const struct text_writer *writer, const struct limits_subject *subject)
{
    if (subject->pid == 0) {
        text_print(writer, STYLE_STRONG, "The machine");
    } else {
        text_print(writer, STYLE_STRONG, "Process %d: ", (int)subject->pid);
        text_foreign(writer, subject->name ? subject->name : "?");
        if (subject->user.known)
            fprintf(writer->stream, ", user %" PRIu64, subject->user.value);
    }
    if (subject->looks > 1)
        fprintf(writer->stream, ", %s looks in %s", text_number(subject->looks).text,
                text_seconds(subject->last_ns - subject->first_ns).text);
}

static void print_notes(const struct text_writer *writer, const struct limits_subject *subject)
{
    for (size_t i = 0; i < subject->note_count; i++) {
        fputs(i == 0 ? "\n    not seen: " : "    not seen: ", writer->stream);
        text_foreign(writer, subject->notes[i]);
        putc('\n', writer->stream);
    }
}

/* One of many processes: a line. */
static void print_briefly(const struct text_writer *writer, const struct limits_subject *subject)
{
    print_title(writer, subject);
    for (size_t i = 0; i < subject->first_count; i++) {
        const struct first_limit *first = &subject->first[i];
        const struct limit *limit = &subject->limits.items[first->index];
        if (first->growth == GROWTH_HEAP)
            fprintf(writer->stream, ": %s, %s left, then %s", limit->name, amount(limit->unit, limit->left).text,
                    limit_effect_name(limit->effect));
    }
    putc('\n', writer->stream);
}

static void print_subject(const struct text_writer *writer, const struct limits_subject *subject)
{
    if (subject->looks == 0)
        return;
    if (writer->view->verbosity < 0 && finding_list_count(&subject->findings, FINDING_WARNING) == 0)
        return;
    putc('\n', writer->stream);
    print_title(writer, subject);
    putc('\n', writer->stream);
    if (writer->view->verbosity >= 0) {
        print_limits(writer, subject);
        print_first(writer, subject);
        print_figures(writer, &subject->figures);
        print_owners(writer, subject);
        print_mappings(writer, subject);
        print_notes(writer, subject);
    }
    print_findings(writer, subject);
}

static bool is_in_full(const struct text_writer *writer, const struct limits_subject *subject)
{
    return subject->in_full || writer->view->verbosity > 0;
}

/* Of processes that are told in a line, no more than these. */
static void print_others(const struct text_writer *writer, const struct limits_report *report)
{
    size_t others = 0;

    for (size_t i = 0; i < report->process_count && writer->view->verbosity >= 0; i++) {
        if (is_in_full(writer, &report->processes[i]))
            continue;
        if (others++ == 0)
            putc('\n', writer->stream);
        if (others <= BRIEF_MOST)
            print_briefly(writer, &report->processes[i]);
    }
    if (others > BRIEF_MOST)
        fprintf(writer->stream, "(%zu more processes: -v)\n", others - BRIEF_MOST);
}

static void print_verdict(const struct text_writer *writer, const struct limits_report *report)
{
    size_t errors = limits_report_count(report, FINDING_ERROR);
    size_t warnings = limits_report_count(report, FINDING_WARNING) - errors;

    putc('\n', writer->stream);
    text_print(writer, STYLE_STRONG, "leakwatch: ");
    if (errors > 0)
        text_print(writer, STYLE_BAD, "%zu error%s%s", errors, text_plural(errors), warnings > 0 ? ", " : "");
    if (warnings > 0)
        text_print(writer, STYLE_WARNING, "%zu warning%s", warnings, text_plural(warnings));
    if (errors + warnings == 0)
        text_print(writer, STYLE_GOOD, "no limit is near");
    putc('\n', writer->stream);
}

int limits_report_write_text(const struct limits_report *report, const struct report_view *view, FILE *stream)
{
    struct text_writer writer = {stream, view};

    errno = 0;
    if (view->verbosity >= 0) {
        putc('\n', stream);
        text_print(&writer, STYLE_STRONG, "leakwatch %s limits", report->version);
        if (report->command) {
            fputs(": ", stream);
            text_command(&writer, report->command);
            fprintf(stream, ", %s", report->end);
        }
        putc('\n', stream);
    }
    if (is_in_full(&writer, &report->machine))
        print_subject(&writer, &report->machine);
    for (size_t i = 0; i < report->process_count; i++)
        if (is_in_full(&writer, &report->processes[i]))
            print_subject(&writer, &report->processes[i]);
    print_others(&writer, report);
    if (view->verbosity >= 0)
        print_verdict(&writer, report);
    return stream_end(stream);
}
