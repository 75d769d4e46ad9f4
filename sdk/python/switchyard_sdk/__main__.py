"""python3 -m switchyard_sdk: try a router, or record tasks to try it with."""
import argparse
import sys

from . import testing


def main() -> int:
    parser = argparse.ArgumentParser(prog="switchyard-sdk", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    test = commands.add_parser("test", help="run a router against recorded tasks")
    test.add_argument("file", help="the plug-in")
    test.add_argument("--tasks", metavar="FILE", help="recorded ones of yours")
    test.add_argument("--model", action="append", default=[], metavar="NAME",
                      help="of yours, which the tasks do not have; may be repeated")
    test.add_argument("--deadline-ms", type=int, default=20, metavar="N",
                      help="as in the configuration (default: 20)")
    test.add_argument("--json", action="store_true", help="each decision as JSON")
    record = commands.add_parser("record", help="a router for the configuration that leaves all "
                                                "as it is and appends its tasks to a file")
    record.add_argument("file", help="a line of JSON for each")
    a = parser.parse_args()
    if a.command == "record":
        testing.record(a.file)
        return 0
    return testing.test([sys.executable, a.file], a.tasks, a.model, a.deadline_ms, a.json)


if __name__ == "__main__":
    sys.exit(main())
