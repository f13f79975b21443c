-- Warns of each check of a rule of severity `warn` that cannot hold and is not on record: a figure that reads
-- differently in a newer edition may be a revision by NAV.
{{ config(severity='warn') }}
select
    checks.check_key,
    checks.rule_code,
    checks.report_key
from {{ ref('fct_rule_check') }} as checks
inner join {{ ref('consistency_rule') }} as rules on checks.rule_code = rules.rule_code
where
    checks.outcome = 'impossible'
    and checks.exception_code is null
    and rules.severity = 'warn'
