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
