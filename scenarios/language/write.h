/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_WRITE_H
#define SCENARIOS_LANGUAGE_WRITE_H

#include "base/buffer.h"
#include "scenarios/language/node.h"

/*
 * A tree of nodes as the text of a file, laid out as by hand: what was in brackets stays so while it fits on its line,
 * a long text is folded below its key, everything else stands on lines of its own. Read again, the text gives the same
 * tree but for places and layout, and written again, the same text. Of the nodes kind, plain, block, text and children
 * are looked at.
 */
enum { WRITE_WIDTH = 120 }; /* bytes of a line, where it can be broken */

/* Appends the document, whose root is a list or mapping. 0 or ERROR_NO_MEMORY. */
int node_write(const struct node *root, struct buffer *out);

/* A scalar's text in one line: as it is where it is plain, else in quotes. Failure shows in out->failed. */
void scalar_write(const struct node *scalar, struct buffer *out);

/* True iff the text can stand below its key, as its style says, and comes back as it was. */
bool scalar_can_fold(struct text text);
bool scalar_can_stand_literally(struct text text);

/* The text below its key, with its mark (">-", "|" or "|-"), behind which no line break is written. */
void scalar_write_folded(struct text text, size_t indent, struct buffer *out);
void scalar_write_literally(struct text text, size_t indent, struct buffer *out);

#endif
