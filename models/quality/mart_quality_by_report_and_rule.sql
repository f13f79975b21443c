select
    checks.report_id as report_key,
    checks.rule_code,
    checks.part_level,
    coalesce(levels.parts_name, rules.name) as rule_name,
    coalesce(levels.parts_name_en, rules.name_en) as rule_name_en,
    cast(count(*) as integer) as instance_count,
    cast(sum(case when checks.is_testable then 1 else 0 end) as integer) as tested_count,
    cast(sum(case when checks.outcome = 'equal' then 1 else 0 end) as integer) as equal_count,
    cast(sum(case when checks.outcome = 'possible' then 1 else 0 end) as integer) as possible_count,
    cast(sum(case when checks.outcome = 'impossible' then 1 else 0 end) as integer) as impossible_count,
    cast(sum(case when checks.outcome = 'not_testable' then 1 else 0 end) as integer) as not_testable_count,
    avg(checks.slack) as mean_slack
from {{ ref('int_rule_check') }} as checks
inner join {{ ref('consistency_rule') }} as rules on checks.rule_code = rules.rule_code
left join {{ ref('dimension') }} as levels on checks.part_level = levels.level
group by
    checks.report_id,
    checks.rule_code,
    checks.part_level,
    rules.name,
    rules.name_en,
    levels.parts_name,
    levels.parts_name_en
