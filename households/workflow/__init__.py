"""The registry's transition tables and their rules, one file for each row that has a life cycle.

`registration/` is the family's way into the registry, told in stretches; beside it its meeting, second look, objection and
answer file. Entries made twice have theirs in `households/duplicates/workflow.py`.
"""
