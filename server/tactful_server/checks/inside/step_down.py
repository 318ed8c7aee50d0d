"""Gives up being root and becomes the command: `step_down.py UID COMMAND …`."""

import os
import sys


def main() -> None:
    """Run."""
    uid = int(sys.argv[1])
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
