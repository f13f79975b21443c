-- One row per month in which a check cannot hold and need not: an exception is on record, or a newer edition
-- of a product says otherwise, and another product has not followed.
select distinct checks.month_key
from {{ ref('int_rule_check') }} as checks
left join {{ ref('accepted_exception') }} as exceptions on checks.check_key = exceptions.check_key
where
    checks.outcome = 'impossible'
    and (checks.severity = 'warn' or exceptions.check_key is not null)
