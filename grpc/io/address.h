/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_IO_ADDRESS_H
#define GRPC_IO_ADDRESS_H

#include <sys/socket.h>
#include <sys/un.h>

#include "base/error.h"
#include "base/text.h"

/* Turns a path, which may start with "unix://", into a socket's address. 0, or ERROR_INVALID with its sentence when it
 * is empty, holds a NUL, or is too long for sun_path. */
int grpc_address_parse(struct text path, struct sockaddr_un *ret_address, struct error *error);

/* A non-blocking, close-on-exec stream socket, or -1 and errno. */
int grpc_address_socket(void);

#endif
