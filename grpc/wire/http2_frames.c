/* SPDX-License-Identifier: Apache-2.0 */
#include "base/contract.h"
#include "base/error.h"
#include "grpc/wire/http2_private.h"

/* What a failed call to nghttp2 means: only what is fatal there breaks the connection; the rest is a stream that is
 * gone. */
static int after_nghttp2(struct grpc_http2 *http2, int result)
{
    if (result >= 0 || !nghttp2_is_fatal(result))
        return 0;
    grpc_http2_break(http2, result == NGHTTP2_ERR_NOMEM ? ERROR_NO_MEMORY : ERROR_PROTOCOL);
    return http2->broken;
}

static void to_nghttp2(const struct grpc_metadata *fields, size_t count, nghttp2_nv table[GRPC_METADATA_COUNT_MAX])
{
    CONTRACT(count <= GRPC_METADATA_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        /* nghttp2 copies both and writes to neither. */
        union {
            const char *bytes;
            uint8_t *base;
        } name = {fields[i].name.bytes}, value = {fields[i].value.bytes};

        table[i] =
            (nghttp2_nv){name.base, value.base, fields[i].name.length, fields[i].value.length, NGHTTP2_NV_FLAG_NONE};
    }
}

size_t grpc_http2_block_size(const nghttp2_nv *fields, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += fields[i].namelen + fields[i].valuelen;
    return size;
}

/* A server's header block waits to be sent, unless it was refused. */
static int after_block(struct grpc_http2 *http2, int result, const nghttp2_nv *fields, size_t count)
{
    if (result == 0)
        http2->fields_unsent += grpc_http2_block_size(fields, count);
    return after_nghttp2(http2, result);
}

bool grpc_http2_field_valid(struct text name, struct text value)
{
    return name.length > 0 && name.bytes[0] != ':' &&
           nghttp2_check_header_name((const uint8_t *)name.bytes, name.length) != 0 &&
           nghttp2_check_header_value_rfc9113((const uint8_t *)value.bytes, value.length) != 0;
}

int grpc_http2_request(struct grpc_http2 *http2, const struct grpc_metadata *fields, size_t count,
                       int32_t *ret_stream_id)
{
    nghttp2_nv table[GRPC_METADATA_COUNT_MAX];
    nghttp2_data_provider provider = {.read_callback = grpc_http2_read_data};

    to_nghttp2(fields, count, table);
    int32_t stream_id = nghttp2_submit_request(http2->session, NULL, table, count, &provider, NULL);
    if (stream_id == NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE)
        return ERROR_LIMIT;
    *ret_stream_id = stream_id;
    return after_nghttp2(http2, stream_id);
}

int grpc_http2_response(struct grpc_http2 *http2, int32_t stream_id, const struct grpc_metadata *fields, size_t count,
                        bool end)
{
    nghttp2_nv table[GRPC_METADATA_COUNT_MAX];
    nghttp2_data_provider provider = {.read_callback = grpc_http2_read_data};

    to_nghttp2(fields, count, table);
    int result = nghttp2_submit_response(http2->session, stream_id, table, count, end ? NULL : &provider);
    return after_block(http2, result, table, count);
}

int grpc_http2_trailers(struct grpc_http2 *http2, int32_t stream_id, const struct grpc_metadata *fields, size_t count)
{
    nghttp2_nv table[GRPC_METADATA_COUNT_MAX];

    to_nghttp2(fields, count, table);
    return after_block(http2, nghttp2_submit_trailer(http2->session, stream_id, table, count), table, count);
}

int grpc_http2_resume(struct grpc_http2 *http2, int32_t stream_id)
{
    return after_nghttp2(http2, nghttp2_session_resume_data(http2->session, stream_id));
}

int grpc_http2_reset(struct grpc_http2 *http2, int32_t stream_id, uint32_t code)
{
    return after_nghttp2(http2, nghttp2_submit_rst_stream(http2->session, NGHTTP2_FLAG_NONE, stream_id, code));
}

int grpc_http2_ping(struct grpc_http2 *http2, const unsigned char bytes[8])
{
    return after_nghttp2(http2, nghttp2_submit_ping(http2->session, NGHTTP2_FLAG_NONE, bytes));
}

int grpc_http2_goaway(struct grpc_http2 *http2, int32_t last_stream_id, uint32_t code)
{
    size_t queued = nghttp2_session_get_outbound_queue_size(http2->session);
    int result;

    /* Only the notice lets new streams in afterwards. */
    if (last_stream_id == INT32_MAX && code == NGHTTP2_NO_ERROR)
        result = nghttp2_submit_shutdown_notice(http2->session);
    else
        result = nghttp2_submit_goaway(http2->session, NGHTTP2_FLAG_NONE, last_stream_id, code, NULL, 0);
    /* When nghttp2 is saying its own already, it drops ours. */
    if (nghttp2_session_get_outbound_queue_size(http2->session) > queued)
        http2->own_goaways++;
    return after_nghttp2(http2, result);
}

int32_t grpc_http2_last_stream_id(const struct grpc_http2 *http2)
{
    return nghttp2_session_get_last_proc_stream_id(http2->session);
}

int grpc_http2_credit_connection(struct grpc_http2 *http2, size_t bytes)
{
    return after_nghttp2(http2, nghttp2_session_consume_connection(http2->session, bytes));
}

int grpc_http2_credit_stream(struct grpc_http2 *http2, int32_t stream_id, size_t bytes)
{
    return after_nghttp2(http2, nghttp2_session_consume_stream(http2->session, stream_id, bytes));
}
