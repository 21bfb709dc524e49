"""Pages of this room beyond those of its resources."""
