# SPDX-License-Identifier: Apache-2.0
"""Makes a scenario shorter by leaving out items of its lists, as long as somebody says that it is still worth keeping.

`ctrsim explore` shrinks what breaks a promise. What breaks an expectation of a file can be shrunk only by somebody who can tell
a broken handler from a story that has become senseless, by running it with a handler that is not broken. That is for the caller
to say; nothing here knows more of a scenario than its lines.
"""

LISTS = {"containers": "containers", "faults": "faults", "steps": "steps", "any order": "steps", "at once": "steps",
         "sequence": "steps"}
BLOCKS = ("any order:", "at once:", "sequence:")


def indent_of(line):
    return len(line) - len(line.lstrip(" "))


def item_ends(lines, start):
    """The number of the first line after the item that starts there."""
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or indent_of(lines[end]) > indent_of(lines[start])):
        end += 1
    return end


def items_of(lines):
    """(first line, line after the last) of each item of a list, in the order of the file; those within others too."""
    return [(i, item_ends(lines, i)) for i, line in enumerate(lines) if line.lstrip(" ").startswith("- ")]


def without_empty(lines):
    """Keys that have lost all that stood below them go as well; `given` has to stay."""
    kept = list(lines)
    for i in range(len(kept) - 1, -1, -1):
        is_key = kept[i].rstrip().endswith(":")
        has_more = i + 1 < len(kept) and (indent_of(kept[i + 1]) > indent_of(kept[i]) or
                                          kept[i].startswith("given") and kept[i + 1].startswith(" "))
        if is_key and not has_more:
            kept[i:i + 1] = ["given: {}\n"] if kept[i].startswith("given:") else []
    return kept


def shorten(text, is_worth):
    """The text without as many items as can go; is_worth(text) tells whether one is still worth keeping."""
    lines = text.splitlines(keepends=True)
    changed = True
    while changed:
        changed = False
        number = 0
        while number < len(items_of(lines)):
            first, behind = items_of(lines)[number]
            trial = without_empty(lines[:first] + lines[behind:])
            if is_worth("".join(trial)):
                lines = trial
                changed = True
            else:
                number += 1
    return "".join(lines)


def size_of(text):
    """How many containers, faults and steps a scenario has; blocks of steps are not counted."""
    lines = text.splitlines()
    counts = {"containers": 0, "faults": 0, "steps": 0}
    for first, _ in items_of(lines):
        item = lines[first].lstrip(" ")[2:]
        above = [line for line in lines[:first] if indent_of(line) < indent_of(lines[first])]
        key = above[-1].strip().removeprefix("- ").rstrip(":") if above else ""
        if key in LISTS and not item.startswith(BLOCKS):
            counts[LISTS[key]] += 1
    return counts["containers"], counts["faults"], counts["steps"]
