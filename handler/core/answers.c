/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/answers.h"

#include <string.h>

#include "base/status.h"

/* The one wording by which the server of 2017 said that a container is gone. */
static const char gone_in_2017[] = "container does not exist";

static bool ends_with(struct text text, const char *suffix)
{
    size_t length = strlen(suffix);
    if (text.length < length)
        return false;
    struct text end = {text.bytes + (text.length - length), length};
    return text_is(end, suffix);
}

static bool contains(struct text text, const char *part)
{
    for (; text.length > 0; text.bytes++, text.length--)
        if (text_starts_with(text, part))
            return true;
    return false;
}

/* containerd puts the kind of an error behind its text, and behind one that it does not know, ": unknown". */
static struct text without_kind(struct text text)
{
    static const char unknown[] = ": unknown";
    if (ends_with(text, unknown))
        text.length -= strlen(unknown);
    return text;
}

/* "not found" in the middle of a text may speak of something else, of a missing program say. */
static bool says_gone(struct text text)
{
    struct text said = without_kind(text);
    return ends_with(said, "not found") || ends_with(said, "does not exist");
}

static bool says_busy(struct text text)
{
    return contains(text, "cannot delete a running process") || contains(text, "cannot delete a paused process") ||
           contains(text, "process not created");
}

/* The rest of the table: code by code, and by the text where the code says nothing. */
static enum answer answer_by_table(struct outcome outcome)
{
    switch (outcome.status) {
    case STATUS_PERMISSION_DENIED:
    case STATUS_UNAUTHENTICATED:
    case STATUS_UNIMPLEMENTED:
    case STATUS_INVALID_ARGUMENT:
    case STATUS_OUT_OF_RANGE: return ANSWER_FATAL;
    case STATUS_UNKNOWN:
    case STATUS_INTERNAL:
    case STATUS_FAILED_PRECONDITION:
        if (says_gone(outcome.text))
            return ANSWER_GONE;
        return outcome.status == STATUS_FAILED_PRECONDITION || says_busy(outcome.text) ? ANSWER_BUSY : ANSWER_RETRY;
    default: return ANSWER_RETRY;
    }
}

enum answer answer_meaning(policy_switches policy, struct outcome outcome)
{
    if (outcome.status == STATUS_OK || outcome.status == OUTCOME_NOT_OURS)
        return ANSWER_DONE;
    if (text_is(outcome.text, gone_in_2017))
        return ANSWER_GONE;
    if (outcome.status == STATUS_NOT_FOUND)
        return policy_has(policy, POLICY_NOT_FOUND_BY_CODE) ? ANSWER_GONE : ANSWER_RETRY;
    return policy_has(policy, POLICY_ERROR_TABLE) ? answer_by_table(outcome) : ANSWER_RETRY;
}
