select
    checks.check_key,
    checks.rule_code,
    checks.part_level,
    checks.whole_fact_key,
    checks.report_id as report_key,
    checks.month_key,
    checks.part_count,
    checks.hidden_part_count,
    checks.is_whole_hidden,
    -- Where something is hidden, the sum of the printed parts beside the whole would give it away.
    case
        when checks.hidden_part_count = 0 and not checks.is_whole_hidden then checks.parts_min
    end as parts_sum,
    case when not checks.is_whole_hidden then checks.whole_min end as whole,
    checks.outcome,
    checks.slack,
    exceptions.exception_code
from {{ ref('int_rule_check') }} as checks
left join {{ ref('accepted_exception') }} as exceptions on checks.check_key = exceptions.check_key
