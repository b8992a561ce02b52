"""The web server of the embedded Bestari: brings the data up to date, then becomes gunicorn.

One process does both, because reading the code takes longer than everything else in a start. The first argument names
the file for the demo sign-ins, which the launcher prints once the site answers; the others are gunicorn's.
"""

import sys
from pathlib import Path

import prepare  # first: it sets the path and the settings
from django.db import connections
from gunicorn.app.wsgiapp import run


def main(sign_ins: Path) -> None:
    sign_ins.write_text(prepare.main(), encoding="utf-8")
    # gunicorn forks: a connection shared by two processes would mix their answers.
    connections.close_all()
    run()


if __name__ == "__main__":
    main(Path(sys.argv.pop(1)))
