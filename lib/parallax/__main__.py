"""`python -m parallax`: the command line of `parallax.cli`."""

import sys

from parallax.cli import main

sys.exit(main())
