#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What Debian's dockerd makes of stories that reliable survives. What it gets wrong is written down here as it is: a
# dockerd that has been mended fails this test, and docs/dockerd.md is to be changed with it.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"

dockerd_begin

story_begin exit/a-clean-exit-is-recorded.yaml web db
check_state "a clean exit is known" web "exited 0"
check_state "and so is a code" db "exited 3"
story_end

story_begin reconnect/an-exit-that-falls-into-a-disconnect-is-not-lost.yaml web db
check_state "what ends while nobody listens is heard of when somebody does again: by db" db "exited 1"
check_same "and never where it was told in between: web has ended, and runs for ever" "running 0" "$(state_of web)"
check_same "though whoever asks is told so" STOPPED "$(task_of web)"
story_end
