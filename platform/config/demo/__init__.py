"""The demo: its data, and the steps that make it through the same services as the pages use."""
