"""compile_commands.json from the lines that `make -n` prints."""
import json
import os
import re
import sys

entries = []
for line in sys.stdin:
    match = re.search(r" -c (\S+\.c) -o ", line)
    if match:
        entries.append({"directory": os.getcwd(), "file": match.group(1),
                        "command": line.strip()})
json.dump(entries, sys.stdout, indent=1)
