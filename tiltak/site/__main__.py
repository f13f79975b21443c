"""Build the docs site: `python -m tiltak.site [HOME] [FOLDER]`, by default of `warehouse` into `site`."""

import sys
from pathlib import Path

from loaders.errors import TiltakError
from tiltak.home import Home
from tiltak.site.pages import build_site


def main() -> int:
    """Build the site and say where it is."""
    given = sys.argv[1:]
    home = given[0] if given else "warehouse"
    folder = given[1] if len(given) > 1 else "site"
    try:
        build_site(Home(Path(home)), Path(folder))
    except TiltakError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"The docs site is the folder {folder}: open {folder}/index.html in a browser.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
