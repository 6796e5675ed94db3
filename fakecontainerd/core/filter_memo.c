/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/filter_memo.h"

#include <string.h>

bool filter_memo_is(const struct filter_memo *memo, struct text text)
{
    return memo->length > 0 && text_equal((struct text){memo->text, memo->length}, text);
}

static bool is_same(const struct filter_memo *memo, struct text text, struct text name_space)
{
    struct text known = {memo->name_space, memo->name_space_length};
    return filter_memo_is(memo, text) && text_equal(known, name_space);
}

bool filter_memo_tells(const struct filter_memo *memo, struct text text, struct text name_space,
                       enum fake_event_topic topic, bool *ret_passes)
{
    enum filter_memo_answer answer = memo->answers[topic];
    if (answer == FILTER_MEMO_UNKNOWN || !is_same(memo, text, name_space))
        return false;
    *ret_passes = answer == FILTER_MEMO_PASSES;
    return true;
}

static bool is_of_the_envelope(const struct filter *filter)
{
    for (size_t i = 0; i < filter->selector_count; i++) {
        struct text field = filter->selectors[i].fields[0];
        if (!text_is(field, "namespace") && !text_is(field, "topic"))
            return false;
    }
    return true;
}

void filter_memo_learn(struct filter_memo *memo, const struct filter *filter, struct text text, struct text name_space,
                       enum fake_event_topic topic, bool passes)
{
    if (text.length == 0 || text.length > sizeof memo->text || name_space.length == 0 ||
        name_space.length > sizeof memo->name_space || !is_of_the_envelope(filter))
        return;
    if (!is_same(memo, text, name_space)) {
        memset(memo, 0, sizeof *memo);
        memcpy(memo->text, text.bytes, text.length);
        memo->length = text.length;
        memcpy(memo->name_space, name_space.bytes, name_space.length);
        memo->name_space_length = name_space.length;
    }
    memo->answers[topic] = passes ? FILTER_MEMO_PASSES : FILTER_MEMO_STAYS;
}
