"""Vocabulary for reaching rows of the registry, one module for each part of it. `visible_to` is the only door for views."""
