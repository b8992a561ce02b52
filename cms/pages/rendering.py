"""What keepers of the site wrote, as the HTML that everybody reads."""

from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from cms.core.html import as_safe, clean_html


def prose(written: str) -> SafeString:
    """Rich text of the editor, its links to pages made addresses, sanitised as every box of text is."""
    return as_safe(clean_html(expand_db_html(written)))
