"""The word of a level, for screens that show its number."""

from django import template

from lms.competencies.rules import level_word as word_of

register = template.Library()


@register.simple_tag
def level_word(level) -> str:
    return word_of(level)
