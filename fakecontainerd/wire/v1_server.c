/* SPDX-License-Identifier: Apache-2.0 */
/* What tells of the server itself: Version, Introspection.Server and the health check. */
#include "base/status.h"
#include "fakecontainerd/wire/v1.h"
#include "proto/health.pb-c.h"
#include "proto/introspection.pb-c.h"
#include "proto/version.pb-c.h"

#define VERSION_ANSWERED "1.6.20"
#define REVISION         "fakecontainerd-" PROJECT_VERSION
#define UUID             "f4c0e7a1-6d20-4e17-8a52-0c0ffee00001"

void fake_v1_version_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Version__VersionResponse message = CONTAINERD__VERSION__VERSION_RESPONSE__INIT;
    (void)response;
    (void)index;
    message.version = proto_bytes(text_of(VERSION_ANSWERED));
    message.revision = proto_bytes(text_of(REVISION));
    dialect_pack(&message.base, out);
}

void fake_v1_introspection_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Introspection__ServerResponse message = CONTAINERD__INTROSPECTION__SERVER_RESPONSE__INIT;
    (void)response;
    (void)index;
    message.uuid = proto_bytes(text_of(UUID));
    dialect_pack(&message.base, out);
}

/* Those services that there are. */
static const char *const plugins[] = {"containers", "events",     "healthcheck", "introspection",
                                      "leases",     "namespaces", "tasks",       "version"};

void fake_v1_plugins_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                            struct refusal *refusal)
{
    const Containerd__Introspection__PluginsRequest *list = (const void *)message;
    (void)request;
    (void)room;
    if (list->n_filters > 0)
        *refusal = (struct refusal){STATUS_UNIMPLEMENTED, text_of("the fake has no filters of plugins")};
}

void fake_v1_plugins_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    (void)response;
    (void)index;
    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++) {
        Containerd__Introspection__PluginsResponse message = CONTAINERD__INTROSPECTION__PLUGINS_RESPONSE__INIT;
        Containerd__Introspection__Plugin plugin = CONTAINERD__INTROSPECTION__PLUGIN__INIT;
        Containerd__Introspection__Plugin *list[] = {&plugin};
        plugin.type = proto_bytes(text_of("io.containerd.grpc.v1"));
        plugin.id = proto_bytes(text_of(plugins[i]));
        message.n_plugins = 1;
        message.plugins = list;
        dialect_pack(&message.base, out);
    }
}

/* Only the health of the whole server is known, under the empty name. */
void fake_v1_health_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                           struct refusal *refusal)
{
    const Grpc__Health__HealthCheckRequest *check = (const void *)message;
    (void)request;
    (void)room;
    if (check->service.len > 0)
        *refusal = (struct refusal){STATUS_NOT_FOUND, text_of("unknown service")};
}

void fake_v1_health_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Grpc__Health__HealthCheckResponse message = GRPC__HEALTH__HEALTH_CHECK_RESPONSE__INIT;
    (void)response;
    (void)index;
    message.status = GRPC__HEALTH__SERVING_STATUS__SERVING;
    dialect_pack(&message.base, out);
}
