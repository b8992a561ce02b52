"""The public dictionary: competencies, their five levels with indicators, and every wording since the first."""

from itertools import groupby

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.core.public import public_page
from lms.competencies import queries
from lms.competencies.rules import level_word


@require_safe
@public_page
def dictionary(request):
    found = queries.releases()
    release = found[0] if found else None
    context = {"release": release, "competencies": queries.dictionary(release) if release else [], "section": "dict"}
    return render(request, "competencies/dictionary.html", context)


@require_safe
@public_page
def competency(request, code):
    found = queries.competency(code)
    if found is None:
        raise Http404
    wordings = [
        {"release": release, "levels": [{"row": row, "word": level_word(row.level)} for row in rows]}
        for release, rows in groupby(queries.worded(found), key=lambda row: row.release)
    ]
    context = {"competency": found, "now": wordings[0] if wordings else None, "before": wordings[1:]}
    return render(request, "competencies/competency.html", context | {"section": "dict"})
