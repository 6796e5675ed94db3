/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fakecontainerd/core/message.h"

struct exec_name {
    char text[FAKE_ID_MAX + 1];
    char id[FAKE_ID_MAX + 1];
    bool is_started;
};

struct name {
    char text[FAKE_ID_MAX + 1];
    char id[FAKE_ID_MAX + 1]; /* empty: no client has made it yet */
    bool is_awaited;          /* a scenario gives it, and its task, where it has one, is in that state */
    bool has_task;
    enum fake_process_status status;
    struct exec_name execs[NAMES_EXECS_MAX]; /* that the scenario gives */
    size_t exec_count;
};

struct names {
    char name_space[FAKE_ID_MAX + 1];
    struct name items[NAMES_MAX];
    size_t count;
    /* What the last translation has made. */
    struct buffer words;
    struct text filters[FAKE_FILTERS_MAX];
    void *list;
};

/* ---- the list ---- */

static struct name *named(struct names *names, struct text text)
{
    for (size_t i = 0; i < names->count; i++)
        if (text_is(text, names->items[i].text))
            return &names->items[i];
    return NULL;
}

static struct name *of_id(struct names *names, struct text id)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->items[i].id[0] != '\0' && text_is(id, names->items[i].id))
            return &names->items[i];
    return NULL;
}

static struct exec_name *exec_named(struct name *name, struct text text)
{
    for (size_t i = 0; i < name->exec_count; i++)
        if (text_is(text, name->execs[i].text))
            return &name->execs[i];
    return NULL;
}

static struct exec_name *exec_of_id(struct name *name, struct text id)
{
    for (size_t i = 0; i < name->exec_count; i++)
        if (name->execs[i].id[0] != '\0' && text_is(id, name->execs[i].id))
            return &name->execs[i];
    return NULL;
}

static int add(struct names *names, struct text text, struct error *error)
{
    if (!identifier_valid(text))
        return error_set(error, ERROR_INVALID, "\"%.*s\" is no id of a container", TEXT_ARGUMENTS(text));
    if (named(names, text) != NULL)
        return error_set(error, ERROR_INVALID, "\"%.*s\" stands there twice", TEXT_ARGUMENTS(text));
    if (names->count == NAMES_MAX)
        return error_set(error, ERROR_LIMIT, "there are more than %d names", (int)NAMES_MAX);
    text_copy(text, names->items[names->count++].text, sizeof names->items[0].text);
    return 0;
}

static int add_all(struct names *names, struct text list, struct error *error)
{
    int code = 0;
    for (size_t from = 0; code == 0 && from <= list.length;) {
        size_t to = from;
        while (to < list.length && list.bytes[to] != ',')
            to++;
        code = add(names, (struct text){list.bytes + from, to - from}, error);
        from = to + 1;
    }
    return code;
}

int names_new(struct names **ret_names, struct text list, struct text name_space, struct error *error)
{
    struct names *names;
    if (name_space.length > FAKE_ID_MAX)
        return error_set(error, ERROR_LIMIT, "the namespace is longer than %d bytes", (int)FAKE_ID_MAX);
    names = calloc(1, sizeof *names);
    if (names == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    text_copy(name_space, names->name_space, sizeof names->name_space);
    int code = add_all(names, list, error);
    if (code == 0)
        *ret_names = names;
    else
        names_free(names);
    return code;
}

void names_free(struct names *names)
{
    if (names == NULL)
        return;
    buffer_release(&names->words);
    free(names->list);
    free(names);
}

size_t names_count(const struct names *names)
{
    return names->count;
}

struct text names_at(const struct names *names, size_t index)
{
    return text_of(names->items[index].text);
}

/* ---- what a scenario gives ---- */

static bool leave_out_exec(struct names *names, const struct fake_command *given)
{
    struct name *name = named(names, given->container_id);
    if (name != NULL && name->exec_count < NAMES_EXECS_MAX)
        text_copy(given->exec_id, name->execs[name->exec_count++].text, sizeof name->execs[0].text);
    return name != NULL;
}

bool names_leave_out(struct names *names, const struct fake_command *given)
{
    struct name *name;
    if (given->kind == FAKE_COMMAND_ADD_EXEC)
        return leave_out_exec(names, given);
    if (given->kind != FAKE_COMMAND_ADD)
        return false;
    name = named(names, given->container.id);
    if (name == NULL)
        return false;
    name->is_awaited = true;
    name->has_task = given->has_task;
    name->status = given->status;
    return true;
}

bool names_run(const struct names *names)
{
    for (size_t i = 0; names != NULL && i < names->count; i++)
        if (names->items[i].is_awaited && names->items[i].has_task && names->items[i].status == FAKE_RUNNING)
            return true;
    return false;
}

bool names_are_there(const struct names *names, const struct fake *fake)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct name *name = &names->items[i];
        struct fake_process process;
        bool has_task;
        if (!name->is_awaited)
            continue;
        if (!fake_task(fake, text_of(names->name_space), text_of(name->text), &process, &has_task))
            return false;
        if (name->has_task && (!has_task || process.status != name->status))
            return false;
        for (size_t j = 0; j < name->exec_count; j++)
            if (!name->execs[j].is_started)
                return false;
    }
    return true;
}

/* ---- from clients ---- */

static bool makes_container(const struct fake_request *request)
{
    return request->method == FAKE_CONTAINERS_CREATE ||
           (request->method == FAKE_TASKS_CREATE && request->with_container);
}

/* The name that a container is to have which is about to be made; NULL where it keeps its id. */
static struct name *give(struct names *names, struct text id)
{
    struct name *name = named(names, id);
    if (of_id(names, id) != NULL || id.length == 0 || id.length > FAKE_ID_MAX)
        return NULL;
    for (size_t i = 0; name == NULL && i < names->count; i++)
        if (names->items[i].id[0] == '\0')
            name = &names->items[i];
    if (name == NULL || name->id[0] != '\0')
        return NULL;
    text_copy(id, name->id, sizeof name->id);
    return name;
}

static struct exec_name *give_exec(struct name *name, struct text id)
{
    struct exec_name *exec = exec_named(name, id);
    if (exec_of_id(name, id) != NULL || id.length == 0 || id.length > FAKE_ID_MAX)
        return NULL;
    for (size_t i = 0; exec == NULL && i < name->exec_count; i++)
        if (name->execs[i].id[0] == '\0')
            exec = &name->execs[i];
    if (exec == NULL || exec->id[0] != '\0')
        return NULL;
    text_copy(id, exec->id, sizeof exec->id);
    return exec;
}

static void translate_exec(struct name *name, struct fake_request *request, struct names_news *ret_news)
{
    struct exec_name *exec = request->method == FAKE_TASKS_EXEC ? give_exec(name, request->exec_id) : NULL;
    if (exec != NULL)
        *ret_news = (struct names_news){text_of(exec->id), text_of(exec->text), text_of(name->text)};
    exec = exec_of_id(name, request->exec_id);
    if (exec == NULL)
        return;
    exec->is_started = exec->is_started || request->method == FAKE_TASKS_START;
    request->exec_id = text_of(exec->text);
}

static void translate_ids(struct names *names, struct fake_request *request, struct names_news *ret_news)
{
    struct name *name = of_id(names, request->container_id);
    const struct name *made = of_id(names, request->container.id);
    if (name != NULL) {
        request->container_id = text_of(name->text);
        translate_exec(name, request, ret_news);
    }
    if (made != NULL)
        request->container.id = text_of(made->text);
}

/* Every id in a filter, such as id==ID, by its name. */
static void put_filter(struct names *names, struct text filter)
{
    for (size_t at = 0; at < filter.length;) {
        const struct name *name = NULL;
        size_t length = 1;
        for (size_t i = 0; name == NULL && i < names->count; i++) {
            length = strlen(names->items[i].id);
            if (length > 0 && length <= filter.length - at &&
                memcmp(filter.bytes + at, names->items[i].id, length) == 0)
                name = &names->items[i];
        }
        if (name == NULL)
            length = 1;
        buffer_append_text(&names->words, name != NULL ? text_of(name->text) : (struct text){filter.bytes + at, 1});
        at += length;
    }
}

static int translate_filters(struct names *names, struct fake_request *request)
{
    size_t ends[FAKE_FILTERS_MAX];
    size_t count = request->filter_count < FAKE_FILTERS_MAX ? request->filter_count : FAKE_FILTERS_MAX;
    size_t begin = 0;

    buffer_clear(&names->words);
    for (size_t i = 0; i < count; i++) {
        put_filter(names, request->filters[i]);
        ends[i] = names->words.length;
    }
    if (names->words.failed)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < count; begin = ends[i], i++)
        names->filters[i] = (struct text){buffer_text(&names->words).bytes + begin, ends[i] - begin};
    request->filters = names->filters;
    return 0;
}

int names_inward(struct names *names, struct fake_event *event, struct names_news *ret_news)
{
    struct fake_request *request = &event->request;
    *ret_news = (struct names_news){.id = {NULL, 0}};
    if (event->kind != FAKE_REQUEST || !text_is(request->name_space, names->name_space))
        return 0;
    if (makes_container(request)) {
        const struct name *name =
            give(names, request->method == FAKE_CONTAINERS_CREATE ? request->container.id : request->container_id);
        if (name != NULL)
            *ret_news = (struct names_news){text_of(name->id), text_of(name->text), {NULL, 0}};
    }
    translate_ids(names, request, ret_news);
    return translate_filters(names, request);
}

/* ---- to clients ---- */

/* process is an exec's id, or the container's for its init, or empty. */
static void restore(struct names *names, struct text name_space, struct text *container, struct text *process)
{
    struct name *name = text_is(name_space, names->name_space) ? named(names, *container) : NULL;
    const struct exec_name *exec = name != NULL ? exec_named(name, *process) : NULL;
    if (name == NULL || name->id[0] == '\0')
        return;
    if (text_equal(*process, *container))
        *process = text_of(name->id);
    else if (exec != NULL && exec->id[0] != '\0')
        *process = text_of(exec->id);
    *container = text_of(name->id);
}

static int copy_list(struct names *names, const void *items, size_t size)
{
    void *list = size > 0 ? realloc(names->list, size) : names->list;
    if (list == NULL && size > 0)
        return ERROR_NO_MEMORY;
    names->list = list;
    if (size > 0)
        memcpy(list, items, size);
    return 0;
}

static int restore_processes(struct names *names, struct fake_response *response)
{
    int code = copy_list(names, response->processes, response->count * sizeof *response->processes);
    struct fake_process *list = names->list;
    for (size_t i = 0; code == 0 && i < response->count; i++)
        restore(names, list[i].name_space, &list[i].container_id, &list[i].exec_id);
    response->processes = list;
    return code;
}

static int restore_containers(struct names *names, struct fake_response *response)
{
    int code = copy_list(names, response->containers, response->count * sizeof *response->containers);
    struct fake_container *list = names->list;
    struct text none = {NULL, 0};
    for (size_t i = 0; code == 0 && i < response->count; i++)
        restore(names, list[i].name_space, &list[i].id, &none);
    response->containers = list;
    return code;
}

static int restore_response(struct names *names, struct fake_response *response)
{
    struct fake_process *process = &response->process;
    restore(names, process->name_space, &process->container_id, &process->exec_id);
    if (response->count > 0 && response->processes != NULL)
        return restore_processes(names, response);
    return response->count > 0 && response->containers != NULL ? restore_containers(names, response) : 0;
}

int names_outward(struct names *names, struct fake_action *action)
{
    struct fake_published *published = &action->published;
    if (action->kind == FAKE_REPLY)
        return restore_response(names, &action->response);
    if (action->kind != FAKE_SEND_EVENT)
        return 0;
    restore(names, published->name_space, &published->container_id, &published->process_id);
    return 0;
}
