"""``{% kept "name" key... %}...{% endkept %}``: what depends on its keys alone is drawn once a process.

Keys must say everything the part prints: digests of frozen content, plain values. Never the account, a token, or the
key of a row that may change. The language is always a key.
"""

from threading import Lock

from django import template
from django.utils.translation import get_language

register = template.Library()
MOST = 4000  # parts, some 5 kB each
_parts: dict[tuple, str] = {}
_lock = Lock()


class KeptNode(template.Node):
    def __init__(self, nodes, keys):
        self.nodes, self.keys = nodes, keys

    def render(self, context):
        key = (get_language(), *(one.resolve(context) for one in self.keys))
        found = _parts.get(key)
        if found is None:
            found = self.nodes.render(context)
            with _lock:
                while len(_parts) >= MOST:  # the oldest first
                    _parts.pop(next(iter(_parts)))
                _parts[key] = found
        return found


@register.tag
def kept(parser, token):
    keys = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    if not keys:
        raise template.TemplateSyntaxError("kept needs a name and the keys its content depends on")
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodes, keys)


def forget() -> None:
    """For tests and after a change of templates or catalogues."""
    with _lock:
        _parts.clear()
