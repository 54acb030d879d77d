"""What hinders a move, for templates."""

from __future__ import annotations

from django import template

from events.hindrances import words

register = template.Library()

register.filter("hindrance", words)
