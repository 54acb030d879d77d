"""Reading lists of organisations: bytes in, checked rows out. No Django here."""
