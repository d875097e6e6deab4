/* SPDX-License-Identifier: MIT
 *
 * The page of the HTML report, made of the files in html/ by html/generate_page.py. Private to report/. */
#ifndef LEAKWATCH_REPORT_FORMATS_HTML_PAGE_H
#define LEAKWATCH_REPORT_FORMATS_HTML_PAGE_H

#include <stddef.h>

/* What stands in front of the report, which is the text of a <script> element, and what stands behind it. */
extern const char html_page_before[], html_page_after[];
/* In bytes, without the NUL at the end. */
extern const size_t html_page_before_size, html_page_after_size;

#endif
