"""`python -m raingan`."""

import sys

from raingan.cli import main

if __name__ == "__main__":
    sys.exit(main())
