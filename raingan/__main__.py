"""`python -m raingan`."""

import os
import sys

# Python puts the folder where it is started first among the places of modules: an `extract.py` that lies there would
# run in place of ours. It is needed only where it is the folder that holds our packages, as in a checkout.
if __name__ == "__main__" and not sys.flags.safe_path:
    ours = os.path.realpath(f"{__file__}/../..")  # no pathlib yet: that may be the folder's own too
    if os.path.realpath(sys.path[0] or ".") != ours:
        del sys.path[0]

from raingan.cli import main

if __name__ == "__main__":
    sys.exit(main())
