"""The top of the stack reads everything and owns no table."""
