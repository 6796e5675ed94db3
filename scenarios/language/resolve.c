/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "scenarios/language/node.h"

/* What YAML 1.1 or 1.2 reads as null, a boolean or a number without digits. */
static const char *const typed_words[] = {
    "",     "~",    "null", "Null", "NULL", "true", "True",  "TRUE",  "false", "False", "FALSE", "yes",   "Yes", "YES",
    "no",   "No",   "NO",   "on",   "On",   "ON",   "off",   "Off",   "OFF",   "y",     "Y",     "n",     "N",   "=",
    ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf", "+.Inf", "+.INF",
};

/* True iff all of the text is of the set, and there is some. */
static bool consists_of(const char *string, const char *set)
{
    return string[0] != '\0' && string[strspn(string, set)] == '\0';
}

/* Decimal, hexadecimal, octal, binary, to the base of 60, with a fraction or an exponent. */
static bool is_number(const char *string)
{
    string += strspn(string, "+-") == 1;
    if (string[0] == '0' && string[1] != '\0' && strchr("xob", string[1]) != NULL)
        return consists_of(string + 2, "0123456789abcdefABCDEF_");
    size_t digits = strspn(string, "0123456789_:");
    size_t fraction = string[digits] == '.' ? 1 + strspn(string + digits + 1, "0123456789_") : 0;
    const char *rest = string + digits + fraction;
    bool has_digit = strspn(string, "0123456789") > 0 || (digits == 0 && fraction > 1);
    if (rest[0] == 'e' || rest[0] == 'E') {
        rest++;
        rest += strspn(rest, "+-") == 1;
        return has_digit && consists_of(rest, "0123456789");
    }
    return has_digit && rest[0] == '\0';
}

bool node_looks_typed(const struct node *node)
{
    if (node->kind != NODE_SCALAR || !node->plain)
        return false;
    for (size_t i = 0; i < sizeof typed_words / sizeof typed_words[0]; i++)
        if (text_is(node->text, typed_words[i]))
            return true;
    return is_number(node->text.bytes);
}
