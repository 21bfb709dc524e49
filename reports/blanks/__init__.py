"""Forms of the level above (上级报表), blank: which cells want which figure of which place, and their filling in."""
