"""The engine writes the rows of others and owns no table."""
