/* SPDX-License-Identifier: MIT
 *
 * The report as one HTML page that needs nothing else: style and scripts (html/), which read the JSON report behind them. The text
 * of the report is data there, never markup: no name in it can end the element that it is in. */
#include "report/report.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "report/json/json_parts.h"
#include "html_page.h"

/* ---- JSON within a <script> element ---- */

/* A stream in front of that of the page. The characters that mean something to HTML or to scripts are in strings only where JSON is
 * concerned, and become \u escapes there. U+2028 and U+2029 are e2 80 a8 and e2 80 a9: the first bytes are held back until it is
 * clear what they begin. */
struct escaper {
    FILE *page;
    size_t held; /* bytes of e2 80 that were not written yet */
};

static const char separator_start[] = {'\xe2', '\x80'};

static void write_held(struct escaper *escaper)
{
    fwrite(separator_start, 1, escaper->held, escaper->page);
    escaper->held = 0;
}

/* Takes one byte after a held one, or one that begins something; false: it is a plain byte. */
static bool escape_byte(struct escaper *escaper, char byte)
{
    if (escaper->held == 2 && (byte == '\xa8' || byte == '\xa9')) {
        escaper->held = 0;
        fprintf(escaper->page, "\\u202%c", byte == '\xa8' ? '8' : '9');
        return true;
    }
    if (escaper->held == 1 && byte == separator_start[1]) {
        escaper->held = 2;
        return true;
    }
    write_held(escaper);
    if (byte == separator_start[0])
        escaper->held = 1;
    else if (byte == '<' || byte == '>' || byte == '&')
        fprintf(escaper->page, "\\u%04x", (unsigned)byte);
    else
        return false;
    return true;
}

static bool is_plain(char byte)
{
    return byte != '<' && byte != '>' && byte != '&' && byte != separator_start[0];
}

/* As fopencookie(3) has it. */
static ssize_t write_escaped(void *cookie, const char *bytes, size_t size)
{
    struct escaper *escaper = cookie;
    size_t at = 0;

    while (at < size) {
        if (escaper->held == 0) {
            const size_t start = at;
            while (at < size && is_plain(bytes[at]))
                at++;
            fwrite(bytes + start, 1, at - start, escaper->page);
        }
        if (at < size && !escape_byte(escaper, bytes[at]))
            putc(bytes[at], escaper->page);
        at += at < size;
    }
    return ferror(escaper->page) ? 0 : (ssize_t)size;
}

static int write_data(const struct report *report, FILE *page)
{
    struct escaper escaper = {.page = page};
    FILE *stream = fopencookie(&escaper, "w", (cookie_io_functions_t){.write = write_escaped});

    if (stream == NULL)
        return -errno;
    int error = json_write_frames_apart(report, stream);
    if (fclose(stream) != 0 && error == 0)
        error = errno ? -errno : -EIO;
    write_held(&escaper);
    return error;
}

/* Each part is checked by itself: the next one would forget why it failed. */
static int write_part(const char *part, size_t size, FILE *page)
{
    errno = 0;
    if (fwrite(part, 1, size, page) != size || fflush(page) != 0)
        return errno ? -errno : -EIO;
    return 0;
}

int report_write_html(const struct report *report, const struct report_view *view, FILE *stream)
{
    int error = write_part(html_page_before, html_page_before_size, stream);

    if (error == 0)
        error = write_data(report, stream);
    return error ? error : write_part(html_page_after, html_page_after_size, stream);
}
