"""``{% kept "name" key... %}...{% endkept %}``: what depends on its keys alone is drawn once a process.

Keys must say everything the part prints: digests of frozen content, plain values. Never the account, a token, or the
key of a row that may change. The language is always a key.
"""

from django import template

from cms.core.keeping import Asked, Kept, language_of

register = template.Library()
_parts = Kept(4000)  # some 5 kB each


class KeptNode(template.Node):
    def __init__(self, nodes, keys):
        self.nodes, self.keys = nodes, Asked(keys)

    def render(self, context):
        key = (language_of(context), *self.keys(context))
        return _parts.get(key) or _parts.put(key, self.nodes.render(context))


@register.tag
def kept(parser, token):
    keys = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    if not keys:
        raise template.TemplateSyntaxError("kept needs a name and the keys its content depends on")
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodes, keys)
