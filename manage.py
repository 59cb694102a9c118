#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iijiot.settings")
    from django.core.management import execute_from_command_line

    from iijiot.actors import Actor, acting_as

    # What a library's command writes, such as createsuperuser, stands in the history under its name.
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    with acting_as(lambda: Actor.command(command)):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
