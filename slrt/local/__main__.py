"""`python -m slrt.local run`: everything on one machine."""

import sys

from slrt.local.launcher import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
