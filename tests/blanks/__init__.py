"""Forms of the level above: what their headings mean, what is filled in, what stays as it was."""
