"""Search words that may be a name or a number of a person: kept in the session, never in an address (S03)."""

from cms.core.text import search_words


def keep_words(request, screen: str) -> None:
    """Remember what was typed into the search box of ``screen``; nothing typed forgets it."""
    words = search_words(request.POST.get("q", ""))
    if words:
        request.session[f"words:{screen}"] = words
    else:
        request.session.pop(f"words:{screen}", None)


def words_of(request, screen: str) -> str:
    return request.session.get(f"words:{screen}", "")
