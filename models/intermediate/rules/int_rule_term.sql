-- One row per cell that takes part in a check: the whole, and each of its parts. A check is made for every
-- whole that a rule knows parts of; without a printed whole only its parts are here.
select * from {{ ref('int_rule_term_sum') }}
union all
select * from {{ ref('int_rule_term_mean') }}
union all
select * from {{ ref('int_rule_term_equality') }}
