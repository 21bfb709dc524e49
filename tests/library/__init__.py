"""The project library: steps, guards, pages, report."""
