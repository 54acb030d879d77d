#!/usr/bin/env python3
"""Django's commands for this project; `solmu` is the same as an installed command."""

from config.cli import main

if __name__ == "__main__":
    main()
