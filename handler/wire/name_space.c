/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/name_space.h"

static bool is_alphanumeric(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool is_joint(char byte)
{
    return byte == '.' || byte == '_' || byte == '-';
}

bool name_space_valid(struct text name)
{
    bool in_group = false;

    if (name.length == 0 || name.length > NAME_SPACE_MAX)
        return false;
    for (size_t i = 0; i < name.length; i++) {
        if (!is_alphanumeric(name.bytes[i]) && !(in_group && is_joint(name.bytes[i])))
            return false;
        in_group = is_alphanumeric(name.bytes[i]);
    }
    return in_group;
}
