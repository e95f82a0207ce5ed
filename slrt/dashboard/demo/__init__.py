"""Invented people, places of work and cases for demo mode."""
