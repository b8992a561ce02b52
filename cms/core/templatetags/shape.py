"""``{% shape "name" key=value fill hole=value %}...{% endshape %}``: drawn once a process, filled in on each page.

Like `kept`, but some values may differ each time: those after ``fill``. The part is drawn once for its keys with a mark
in place of each hole, and the text is cut at the marks; from then on a page only joins the pieces with its own values,
escaped. Inside, the names given are all there is, so nothing else can vary. A hole holds a text, a number or a UUID
and may stand in words and in ``{% url %}``; no filter or condition can look at it.
"""

import re
import uuid
from html import escape

from django import template
from django.template.base import token_kwargs
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from cms.core.html import as_drawn
from cms.core.keeping import Asked, Kept, language_of

register = template.Library()
MARK = re.compile("\ue000(\\d+)\ue001|00000000-0000-face-0000-([0-9]{12})")
PLAIN = (int, uuid.UUID)
_shapes = Kept(4000)  # some 2 kB each


class ShapeNode(template.Node):
    def __init__(self, name, keys: dict, holes: dict, nodes):
        self.name, self.keys, self.holes, self.nodes = name, list(keys), list(holes), nodes
        self.asked, self.at = Asked([*keys.values(), *holes.values()]), len(keys)

    def render(self, context):
        values = self.asked(context)
        keys, values = values[: self.at], values[self.at :]
        known = (language_of(context), self.name, *keys, *[type(one) is uuid.UUID for one in values])
        pieces = _shapes.get(known) or _shapes.put(known, self._drawn(context, keys, values))
        texts = [one if type(one) is SafeString else _escaped(one) for one in values]
        return as_drawn("".join([texts[one] if type(one) is int else one for one in pieces]))

    def _drawn(self, context, keys: list, values: list) -> tuple:
        marks = {name: _mark(n, value) for n, (name, value) in enumerate(zip(self.holes, values, strict=True))}
        text = self.nodes.render(context.new({**dict(zip(self.keys, keys, strict=True)), **marks}))
        pieces = MARK.split(text)  # text, number of a text's mark or None, number of a UUID's mark or None, text ...
        numbers = [int(a or b) for a, b in zip(pieces[1::3], pieces[2::3], strict=True)]
        cut = [None] * (2 * len(numbers) + 1)
        cut[::2], cut[1::2] = pieces[::3], numbers
        return tuple(cut)


def _escaped(value) -> str:
    """As Django does it, without its long way round for what is plain text or a number."""
    kind = type(value)
    return escape(value) if kind is str else str(value) if kind in PLAIN else conditional_escape(value)


def _mark(n: int, value):
    return uuid.UUID(f"00000000-0000-face-0000-{n:012d}") if type(value) is uuid.UUID else f"\ue000{n}\ue001"


@register.tag
def shape(parser, token):
    _tag, name, *bits = token.split_contents()
    at = bits.index("fill") if "fill" in bits else len(bits)
    keys, holes = token_kwargs(keyed := bits[:at], parser), token_kwargs(filled := bits[at + 1 :], parser)
    if keyed or filled:
        raise template.TemplateSyntaxError('shape takes "name" key=value ... fill hole=value ...')
    nodes = parser.parse(("endshape",))
    parser.delete_first_token()
    return ShapeNode(name, keys, holes, nodes)
