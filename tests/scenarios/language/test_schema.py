#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of the language is the one that the parser's tables give, and it agrees with the parser on every file.

Whatever the parser takes the schema takes too. tests/broken/shape is refused by both; tests/broken/sense is refused by
the parser alone, because no single key or value of it is wrong.
"""

import glob
import json
import os
import re
import subprocess
import sys

import jsonschema
import yaml

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True
from tap import Tap  # noqa: E402

CTRSIM = os.path.join(os.environ.get("BIN", os.path.join(ROOT, "build", "bin")), "ctrsim")
SCHEMA = "scenarios/language/scenario.schema.json"


class Yaml12(yaml.CSafeLoader):
    """YAML 1.2, as the editors that know schemas read it: `yes` and a date are texts."""


Yaml12.yaml_implicit_resolvers = {}
for tag, pattern in (("null", r"~|null|Null|NULL|"), ("bool", r"true|True|TRUE|false|False|FALSE"),
                     ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
                     ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan")):
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), None)


def objection(validator, text):
    """What the schema, or the reader of YAML before it, says against a text; empty where nothing."""
    try:
        document = yaml.load(text, Yaml12)
    except yaml.YAMLError as error:
        return f"not YAML: {error}".replace("\n", " ")
    return "; ".join(error.message.replace("\n", " ")[:200] for error in validator.iter_errors(document))


def lint(*paths):
    """What the parser says against each of the files that it refuses."""
    answer = subprocess.run([CTRSIM, "lint", *paths], capture_output=True, text=True, check=False)
    sayings = dict((line.split(":", 1)[0], line) for line in answer.stdout.splitlines())
    return sayings if answer.returncode == (2 if sayings else 0) else {"": f"lint ended with {answer.returncode}"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_examples(tap, validator):
    blocks = re.findall(r"^```yaml\n(title.*?)^```", read("docs/scenario-language.md"), re.DOTALL | re.MULTILINE)
    tap.check(len(blocks) > 2, "the reference has examples")
    for number, block in enumerate(blocks, 1):
        found = objection(validator, block)
        tap.check(not found, f"example {number} of the reference is taken by the schema", found)


def main():
    os.chdir(ROOT)
    tap = Tap()
    made = subprocess.run([CTRSIM, "lint", "--schema"], capture_output=True, text=True, check=True).stdout
    tap.check(made == read(SCHEMA), "the schema is up to date", f"{SCHEMA} is stale: run make schema")
    schema = json.loads(made)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)

    good = sorted(glob.glob("scenarios/**/*.yaml", recursive=True))
    tap.check(len(good) > 20, "there are scenarios")
    sayings = lint(*good)
    tap.check("" not in sayings, "the parser reads them", str(sayings))
    for path in good:
        found = objection(validator, read(path))
        tap.check(not found, f"{path} is taken by the schema", found)
        tap.check(path not in sayings, f"{path} is taken by the parser", sayings.get(path))
    check_examples(tap, validator)

    for folder, is_refused in (("shape", True), ("sense", False)):
        broken = sorted(glob.glob(f"tests/broken/{folder}/*.yaml"))
        tap.check(len(broken) > 5, f"there are files in tests/broken/{folder}")
        sayings = lint(*broken)
        for path in broken:
            found = objection(validator, read(path))
            tap.check(bool(found) == is_refused, f"{path} is {'refused' if is_refused else 'taken'} by the schema", found)
            tap.check(path in sayings, f"{path} is refused by the parser", str(sayings.get("")))
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
