"""What is printed of an event, as PDF: badges, certificates, programmes, signs. Plain data in, bytes out; no Django."""

from core.letters import missing_letters
from events.printing.badges import LAYOUTS, Badge, Layout, print_badges
from events.printing.certificates import Certificate, print_certificates
from events.printing.day import Line, Programme, Sign, print_programmes, print_signs

__all__ = [
    "LAYOUTS",
    "Badge",
    "Certificate",
    "Layout",
    "Line",
    "Programme",
    "Sign",
    "missing_letters",
    "print_badges",
    "print_certificates",
    "print_programmes",
    "print_signs",
]
