select
    rule_code,
    whole_fact_key,
    report_id as report_key,
    month_key,
    breakdown_key,
    part_count,
    hidden_part_count,
    -- Beside a printed whole, the sum of the printed parts would tell what the hidden ones are.
    case when outcome <> 'possible' then parts_min end as parts_min,
    case when outcome <> 'possible' then parts_max end as parts_max,
    whole_min,
    whole_max,
    outcome,
    slack
from {{ ref('int_additive_check') }}
