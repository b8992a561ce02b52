"""The screens of the running site, found by `.ci/screens.py` walking it over HTTP as every account."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _walker():
    spec = importlib.util.spec_from_file_location("screens", ROOT / ".ci" / "screens.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def walk(pages: dict) -> list:
    """One screen a route for ``{role: page}``; "" is nobody. Each has ``route``, ``who`` (the role) and ``path``."""
    walker = _walker()

    def fetch_by(page):
        def fetch(path: str):
            answer = page.request.get(path, max_redirects=0)
            if answer.status in (301, 302):
                return walker.Answer(target=answer.headers["location"])
            is_page = answer.status == 200 and answer.headers["content-type"].startswith("text/html")
            return walker.Answer(html=answer.text() if is_page else "")

        return fetch

    return walker.walk_as({role: fetch_by(page) for role, page in pages.items()})
