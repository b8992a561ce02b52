"""A grown base for measuring: many invented people, courses and places, loaded in sets and believable in kind.

Every table gets what the services would have written, so that ``check_invariants`` finds nothing afterwards.
"""
