"""What happens to families and their members: rules, events that can be undone, numbers, photos, the family's story."""
