"""Pages of this room that are no resource's."""
