/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "harness/client/messages.h"

#define CONTAINERS    "/containerd.services.containers.v1.Containers/"
#define EVENTS        "/containerd.services.events.v1.Events/"
#define HEALTH        "/grpc.health.v1.Health/"
#define INTROSPECTION "/containerd.services.introspection.v1.Introspection/"
#define LEASES        "/containerd.services.leases.v1.Leases/"
#define NAMESPACES    "/containerd.services.namespaces.v1.Namespaces/"
#define TASKS         "/containerd.services.tasks.v1.Tasks/"
#define VERSION       "/containerd.services.version.v1.Version/"

enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };

/* Where a request's fields are, by number; 0: it has no such field. Where `inside` is set, all but the mask are in a
 * message of that number. */
static const struct layout {
    const char *rpc;
    const char *path;
    unsigned int inside;
    unsigned int container;
    unsigned int exec;
    unsigned int signal;
    unsigned int all;
    unsigned int filters;
    unsigned int name;
    unsigned int topic;
    unsigned int runtime; /* a message whose field 1 it is */
    unsigned int image;
    unsigned int spec; /* an Any, of which one is sent without being asked for: containerd wants one */
    unsigned int mask; /* a message of paths, behind what is inside */
} layouts[] = {
    {.rpc = "Version.Version", .path = VERSION "Version"},
    {.rpc = "Health.Check", .path = HEALTH "Check", .name = 1},
    {.rpc = "Introspection.Server", .path = INTROSPECTION "Server"},
    {.rpc = "Introspection.Plugins", .path = INTROSPECTION "Plugins", .filters = 1},
    {.rpc = "Events.Subscribe", .path = EVENTS "Subscribe", .filters = 1},
    {.rpc = "Events.Publish", .path = EVENTS "Publish", .topic = 1},
    {.rpc = "Namespaces.Get", .path = NAMESPACES "Get", .name = 1},
    {.rpc = "Namespaces.List", .path = NAMESPACES "List"},
    {.rpc = "Namespaces.Create", .path = NAMESPACES "Create", .inside = 1, .name = 1},
    {.rpc = "Namespaces.Update", .path = NAMESPACES "Update", .inside = 1, .name = 1},
    {.rpc = "Namespaces.Delete", .path = NAMESPACES "Delete", .name = 1},
    {.rpc = "Leases.Create", .path = LEASES "Create", .name = 1},
    {.rpc = "Leases.Delete", .path = LEASES "Delete", .name = 1},
    {.rpc = "Containers.Get", .path = CONTAINERS "Get", .container = 1},
    {.rpc = "Containers.List", .path = CONTAINERS "List", .filters = 1},
    {.rpc = "Containers.ListStream", .path = CONTAINERS "ListStream", .filters = 1},
    {.rpc = "Containers.Create",
     .path = CONTAINERS "Create",
     .inside = 1,
     .container = 1,
     .image = 3,
     .runtime = 4,
     .spec = 5},
    {.rpc = "Containers.Update",
     .path = CONTAINERS "Update",
     .inside = 1,
     .container = 1,
     .image = 3,
     .runtime = 4,
     .mask = 2},
    {.rpc = "Containers.Delete", .path = CONTAINERS "Delete", .container = 1},
    {.rpc = "Tasks.Create", .path = TASKS "Create", .container = 1},
    {.rpc = "Tasks.Start", .path = TASKS "Start", .container = 1, .exec = 2},
    {.rpc = "Tasks.Get", .path = TASKS "Get", .container = 1, .exec = 2},
    {.rpc = "Tasks.List", .path = TASKS "List"},
    {.rpc = "Tasks.Kill", .path = TASKS "Kill", .container = 1, .exec = 2, .signal = 3, .all = 4},
    {.rpc = "Tasks.Wait", .path = TASKS "Wait", .container = 1, .exec = 2},
    {.rpc = "Tasks.Exec", .path = TASKS "Exec", .container = 1, .exec = 7, .spec = 6},
    {.rpc = "Tasks.Delete", .path = TASKS "Delete", .container = 1},
    {.rpc = "Tasks.DeleteProcess", .path = TASKS "DeleteProcess", .container = 1, .exec = 2},
    {.rpc = "Tasks.Pause", .path = TASKS "Pause", .container = 1},
    {.rpc = "Tasks.Resume", .path = TASKS "Resume", .container = 1},
    {.rpc = "Tasks.ListPids", .path = TASKS "ListPids", .container = 1},
    {.rpc = "Tasks.Metrics", .path = TASKS "Metrics", .filters = 1},
};

static const struct layout *layout_of(struct text rpc)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (text_is(rpc, layouts[i].rpc))
            return &layouts[i];
    return NULL;
}

struct text message_path(struct text rpc)
{
    const struct layout *layout = layout_of(rpc);
    return text_of(layout != NULL ? layout->path : NULL);
}

bool message_has(struct text rpc, uint32_t asked)
{
    const struct layout *layout = layout_of(rpc);
    if (layout == NULL)
        return false;
    const struct {
        uint32_t bit;
        unsigned int number;
    } fields[] = {
        {SCENARIO_ASKED_CONTAINER, layout->container}, {SCENARIO_ASKED_EXEC, layout->exec},
        {SCENARIO_ASKED_SIGNAL, layout->signal},       {SCENARIO_ASKED_ALL, layout->all},
        {SCENARIO_ASKED_FILTERS, layout->filters},     {SCENARIO_ASKED_NAME, layout->name},
        {SCENARIO_ASKED_RUNTIME, layout->runtime},     {SCENARIO_ASKED_IMAGE, layout->image},
        {SCENARIO_ASKED_TOPIC, layout->topic},
    };
    uint32_t writable = SCENARIO_ASKED_BYTES;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        writable |= fields[i].number > 0 ? fields[i].bit : 0;
    return (asked & ~writable) == 0;
}

static void put_number(struct buffer *out, uint64_t value)
{
    while (value >= 0x80) {
        unsigned char low = (unsigned char)(value | 0x80);
        (void)buffer_append(out, &low, 1);
        value >>= 7;
    }
    unsigned char last = (unsigned char)value;
    (void)buffer_append(out, &last, 1);
}

/* Fields with proto3's default are not on the wire. */
static void put_text(struct buffer *out, unsigned int field, struct text text)
{
    if (field == 0 || text.length == 0)
        return;
    put_number(out, field << 3 | WIRE_BYTES);
    put_number(out, text.length);
    (void)buffer_append_text(out, text);
}

static void put_varint(struct buffer *out, unsigned int field, uint64_t value)
{
    if (field == 0 || value == 0)
        return;
    put_number(out, field << 3 | WIRE_VARINT);
    put_number(out, value);
}

/* A message of which only fields 1 and 2 are set, at `field`. */
static void put_pair(struct buffer *out, unsigned int field, struct text first, struct text second)
{
    struct buffer inner = BUFFER_INIT;
    put_text(&inner, 1, first);
    put_text(&inner, 2, second);
    put_text(out, field, buffer_text(&inner));
    out->failed = out->failed || inner.failed;
    buffer_release(&inner);
}

/* Appends the document with the names where they belong. */
static void fill_in(struct buffer *out, struct text document, const struct scenario_request *request)
{
    static const char place[] = "@ID@";
    const size_t length = sizeof place - 1;
    for (size_t i = 0; i < document.length;) {
        if (document.length - i < length || memcmp(document.bytes + i, place, length) != 0) {
            (void)buffer_append(out, document.bytes + i++, 1);
            continue;
        }
        i += length;
        (void)buffer_append_text(out, request->container);
        if (request->exec.length > 0)
            (void)buffer_printf(out, "-%.*s", TEXT_ARGUMENTS(request->exec));
    }
}

static void put_spec(const struct layout *layout, const struct scenario_request *request,
                     const struct message_documents *documents, struct buffer *out)
{
    bool of_exec = layout->exec != 0;
    struct buffer value = BUFFER_INIT;
    if (layout->spec == 0)
        return;
    if (documents != NULL)
        fill_in(&value, of_exec ? documents->process : documents->spec, request);
    put_pair(out, layout->spec,
             text_of(of_exec ? "types.containerd.io/opencontainers/runtime-spec/1/Process"
                             : "types.containerd.io/opencontainers/runtime-spec/1/Spec"),
             buffer_text(&value));
    out->failed = out->failed || value.failed;
    buffer_release(&value);
}

static void put_fields(const struct layout *layout, const struct scenario_request *request,
                       const struct message_documents *documents, struct buffer *out)
{
    bool has_runtime = (request->asked & SCENARIO_ASKED_RUNTIME) != 0;
    bool creates = layout->spec != 0 && layout->runtime != 0;
    put_text(out, layout->container, request->container);
    put_text(out, layout->exec, request->exec);
    put_varint(out, layout->signal, request->signal);
    put_varint(out, layout->all, request->all);
    for (size_t i = 0; i < request->filter_count; i++) {
        /* An empty filter is one, too. */
        put_number(out, layout->filters << 3 | WIRE_BYTES);
        put_number(out, request->filters[i].length);
        (void)buffer_append_text(out, request->filters[i]);
    }
    put_text(out, layout->name, request->name);
    put_text(out, layout->topic, request->topic);
    put_text(out, layout->image, request->image);
    put_pair(out, layout->runtime,
             has_runtime ? request->runtime
             : creates   ? text_of("io.containerd.runc.v2")
                         : text_of(NULL),
             text_of(NULL));
    put_spec(layout, request, documents, out);
}

/* Of a container that changes: which of its fields. */
static void put_mask(const struct layout *layout, const struct scenario_request *request, struct buffer *out)
{
    struct buffer paths = BUFFER_INIT;
    if ((request->asked & SCENARIO_ASKED_IMAGE) != 0)
        put_text(&paths, 1, text_of("image"));
    if ((request->asked & SCENARIO_ASKED_RUNTIME) != 0)
        put_text(&paths, 1, text_of("runtime"));
    put_text(out, layout->mask, buffer_text(&paths));
    out->failed = out->failed || paths.failed;
    buffer_release(&paths);
}

void message_write(struct text rpc, const struct scenario_request *request, const struct message_documents *documents,
                   struct buffer *out)
{
    const struct layout *layout = layout_of(rpc);
    struct buffer inner = BUFFER_INIT;

    if ((request->asked & SCENARIO_ASKED_BYTES) != 0) {
        (void)buffer_append_text(out, request->bytes);
        return;
    }
    if (layout == NULL)
        return;
    if (layout->inside == 0) {
        put_fields(layout, request, documents, out);
        return;
    }
    put_fields(layout, request, documents, &inner);
    put_text(out, layout->inside, buffer_text(&inner));
    out->failed = out->failed || inner.failed;
    buffer_release(&inner);
    put_mask(layout, request, out);
}
