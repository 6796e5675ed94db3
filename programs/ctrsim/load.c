/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/load.h"

#include "harness/names.h"
#include "programs/common/read_file.h"

int load_scenario(struct scenario **ret_scenario, const char *path, struct error *error)
{
    struct buffer content = BUFFER_INIT;
    int result;

    *ret_scenario = NULL;
    result = read_file(path, SCENARIO_BYTES_MAX, &content, error);
    if (result == 0)
        result = scenario_parse(ret_scenario, text_of(path), buffer_text(&content), error);
    buffer_release(&content);
    if (result == 0)
        result = names_check(*ret_scenario, error);
    if (result != 0) {
        scenario_free(*ret_scenario);
        *ret_scenario = NULL;
    }
    return result;
}
