/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/io/address.h"

#include <string.h>

int grpc_address_parse(struct text path, struct sockaddr_un *ret_address, struct error *error)
{
    static const char prefix[] = "unix://";

    if (text_starts_with(path, prefix)) {
        path.bytes += sizeof(prefix) - 1;
        path.length -= sizeof(prefix) - 1;
    }
    if (path.length == 0)
        return error_set(error, ERROR_INVALID, "the path of the socket is empty");
    if (memchr(path.bytes, '\0', path.length) != NULL)
        return error_set(error, ERROR_INVALID, "the path of the socket holds a NUL");
    if (path.length >= sizeof(ret_address->sun_path))
        return error_set(error, ERROR_INVALID, "%.*s: the path of a socket has at most %zu bytes, this has %zu",
                         TEXT_ARGUMENTS(path), sizeof(ret_address->sun_path) - 1, path.length);
    memset(ret_address, 0, sizeof(*ret_address));
    ret_address->sun_family = AF_UNIX;
    text_copy(path, ret_address->sun_path, sizeof(ret_address->sun_path));
    return 0;
}

int grpc_address_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}
