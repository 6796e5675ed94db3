/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/grow.h"

static int add_one(struct files *files, const char *path, struct error *error)
{
    char *copy;
    if (files->count == FILES_MAX)
        return error_set(error, ERROR_LIMIT, "more than %d scenario files: name some of the folders alone", FILES_MAX);
    void *paths = files->paths;
    int result = grow(&paths, files->count, &files->capacity, sizeof *files->paths);
    files->paths = paths;
    copy = result == 0 ? strdup(path) : NULL;
    if (copy == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    files->paths[files->count++] = copy;
    return 0;
}

static bool is_scenario_name(const char *name)
{
    size_t length = strlen(name);
    return name[0] != '.' && length > 5 && strcmp(name + length - 5, ".yaml") == 0;
}

static int add_folder(struct files *files, const char *path, int depth, struct error *error);

static int add_entry(struct files *files, const char *folder, const char *name, int depth, struct error *error)
{
    size_t length = strlen(folder);
    struct stat status;
    struct buffer path = BUFFER_INIT;
    int result = 0;

    buffer_printf(&path, "%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/", name);
    if (buffer_append(&path, "", 1) != 0) {
        buffer_release(&path);
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    }
    const char *whole = (const char *)path.bytes;
    if (stat(whole, &status) != 0)
        result = error_set(error, ERROR_IO, "%s: %s", whole, strerror(errno));
    else if (S_ISDIR(status.st_mode))
        result = add_folder(files, whole, depth + 1, error);
    else if (is_scenario_name(name))
        result = add_one(files, whole, error);
    buffer_release(&path);
    return result;
}

static int add_folder(struct files *files, const char *path, int depth, struct error *error)
{
    struct dirent **entries;
    int result = 0;
    int count;

    if (depth > FILES_DEPTH_MAX)
        return error_set(error, ERROR_LIMIT, "%s: folders are nested deeper than %d", path, FILES_DEPTH_MAX);
    count = scandir(path, &entries, NULL, alphasort);
    if (count < 0)
        return error_set(error, ERROR_IO, "%s: %s", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        if (result == 0 && entries[i]->d_name[0] != '.')
            result = add_entry(files, path, entries[i]->d_name, depth, error);
        free(entries[i]);
    }
    free(entries);
    return result;
}

int files_add(struct files *files, const char *path, struct error *error)
{
    struct stat status;
    size_t before = files->count;
    int result;

    if (stat(path, &status) != 0)
        return error_set(error, ERROR_IO, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return add_one(files, path, error);
    result = add_folder(files, path, 0, error);
    if (result == 0 && files->count == before)
        return error_set(error, ERROR_MISSING, "%s: there is no scenario file (*.yaml) below this folder", path);
    return result;
}

void files_release(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    memset(files, 0, sizeof *files);
}

bool files_lies_in(const char *path, const char *folder)
{
    char *whole = realpath(path, NULL);
    char *slash = whole != NULL ? strrchr(whole, '/') : NULL;
    bool lies = false;
    if (slash != NULL) {
        *slash = '\0';
        slash = strrchr(whole, '/');
        lies = slash != NULL && strcmp(slash + 1, folder) == 0;
    }
    free(whole);
    return lies;
}
