/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_FILES_H
#define PROGRAMS_CTRSIM_FILES_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/*
 * Scenario files on disk: a list of paths from files and folders.
 */
enum { FILES_MAX = 10000, FILES_DEPTH_MAX = 32 };

struct files {
    char **paths;
    size_t count;
    size_t capacity;
};

/* Adds a file as it is named, or all *.yaml below a folder, sorted by path. 0, or an error with a sentence. */
int files_add(struct files *files, const char *path, struct error *error);
void files_release(struct files *files);

/* True iff the folder that the file lies in has that name, however the path is written. */
bool files_lies_in(const char *path, const char *folder);

#endif
