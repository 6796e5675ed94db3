/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_SCHEMA_H
#define SCENARIOS_LANGUAGE_SCHEMA_H

#include "base/buffer.h"

/*
 * The JSON Schema (draft 07) of the language, made from the tables of the grammar, so that it cannot know other words
 * than the parser. It tells what a key and a value look like, each on its own. What several keys must agree about,
 * which names are there, and the limits on the whole file are left to the parser: whatever the parser takes the schema
 * takes too, not the other way round.
 */

/* Appends the schema as text with line breaks. 0 or ERROR_NO_MEMORY. */
int schema_write(struct buffer *out);

#endif
