"""What the rules say about the printed cells together: does all of it hold, and if not, which cell is wrong.

The rules are those of the built file (`intermediate.int_rule_term`, `int_rule_check`); nothing here forms
one. Bounds that are worked out here stay in memory: see docs/decisions on what a finding may say.
"""
