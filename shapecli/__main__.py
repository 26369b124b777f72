"""`python -m shapecli`."""

import os
import sys


def main() -> int:
    """Start the command line; a Ctrl-C while it loads ends it as quietly as one later."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more wait busily, and we multiply no large matrices
    try:
        from shapecli.base.interrupts import signals

        signals.listen()
        from shapecli.commands.main import run

        code = run()
        signals.ignore()
        return code
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    except BaseException as problem:
        if type(problem).__name__ != "Terminated":
            raise
        sys.stderr.write("terminated\n")
        return 143


if __name__ == "__main__":
    if not sys.flags.safe_path:  # the working folder: a numpy.py that lies there is none of ours
        del sys.path[0]
    sys.exit(main())
