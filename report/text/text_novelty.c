/* SPDX-License-Identifier: MIT */
#include "text_novelty.h"

bool text_is_told(const struct report_view *view, enum report_novelty novelty)
{
    return novelty != NOVELTY_KNOWN || view->verbosity > 0;
}

void text_novelty(const struct text_writer *writer, enum report_novelty novelty)
{
    static const char *const words[] = {
        [NOVELTY_NONE] = "", [NOVELTY_KNOWN] = ", known", [NOVELTY_GROWN] = ", grown", [NOVELTY_NEW] = ", new"};

    if (novelty != NOVELTY_NONE)
        text_print(writer, novelty == NOVELTY_KNOWN ? STYLE_FAINT : STYLE_STRONG, "%s", words[novelty]);
}
