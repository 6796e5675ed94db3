/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_FILTER_MEMO_H
#define FAKECONTAINERD_CORE_FILTER_MEMO_H

#include "fakecontainerd/core/filter.h"
#include "fakecontainerd/core/values.h"

/*
 * What one filter says of events, where it asks for nothing but their namespace and topic, as the monitor's does. To
 * read a filter anew for each event is what a simulation would spend most of its time with. It holds answers and no
 * state: forgotten at any time, it changes nothing but the time that is spent.
 */
enum { FILTER_MEMO_BYTES_MAX = 128, FILTER_MEMO_TOPICS = FAKE_TOPIC_NAMESPACE_DELETE + 1 };

enum filter_memo_answer { FILTER_MEMO_UNKNOWN, FILTER_MEMO_STAYS, FILTER_MEMO_PASSES };

/* All zero it knows nothing. */
struct filter_memo {
    char text[FILTER_MEMO_BYTES_MAX];
    size_t length;
    char name_space[FAKE_ID_MAX];
    size_t name_space_length;
    enum filter_memo_answer answers[FILTER_MEMO_TOPICS];
};

/* True where it is the filter that it knows, which can be read. */
bool filter_memo_is(const struct filter_memo *memo, struct text text);

/* True where it knows the answer, with *ret_passes. */
bool filter_memo_tells(const struct filter_memo *memo, struct text text, struct text name_space,
                       enum fake_event_topic topic, bool *ret_passes);

/* Keeps the answer, unless it depends on more than the two. */
void filter_memo_learn(struct filter_memo *memo, const struct filter *filter, struct text text, struct text name_space,
                       enum fake_event_topic topic, bool passes);

#endif
