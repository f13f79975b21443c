-- Fails for each check that cannot hold and is not on record as an accepted exception.
select
    checks.check_key,
    checks.rule_code,
    checks.report_key,
    checks.part_count,
    checks.parts_sum,
    checks.whole
from {{ ref('fct_rule_check') }} as checks
inner join {{ ref('consistency_rule') }} as rules on checks.rule_code = rules.rule_code
where
    checks.outcome = 'impossible'
    and checks.exception_code is null
    and rules.severity = 'error'
