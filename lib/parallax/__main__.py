"""`python -m parallax` and the command `parallax`: `parallax.cli`, which may be stopped at any moment."""

import gc
import sys

from parallax import stops


def main() -> int:
    """Run the command line; a request to end is one line, also while the library is being imported."""
    try:
        stops.catch()
        gc.set_threshold(50_000, 20, 20)  # imports and rows are many things that stay: collections find little
        # nbformat imports jsonschema, and this builds a grammar of web addresses for over a second: nobody needs it.
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
        from parallax.cli import main

        code = main()
        stops.over()  # a request that came while what it left was cleared away is heard here
        return code
    except BaseException:  # what an import makes of the interruption
        if not stops.asked.is_set():
            raise
        code = stops.say()
        stops.over()
        return code


if __name__ == "__main__":
    sys.exit(main())
