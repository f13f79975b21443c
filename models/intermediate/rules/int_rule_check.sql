-- One row per check: what the parts allow, what the whole says, and whether both can be true. The bounds of a
-- whole that is a mean are those of the sum of its months.
with sums as (
    select
        rule_code,
        check_key,
        min(part_level) as part_level,
        min(whole_fact_key) as whole_fact_key,
        coalesce(
            min(case when term_role = 'whole' then report_id end), min(report_id)
        ) as report_id,
        min(month_key) as month_key,
        sum(case when term_role = 'part' then 1 else 0 end) as part_count,
        sum(case when term_role = 'part' and participants_min < participants_max then 1 else 0 end)
            as hidden_part_count,
        sum(case when participants_min = participants_max then 1 else 0 end) as number_count,
        sum(case when term_role = 'part' then participants_min end) as parts_min,
        sum(case when term_role = 'part' then participants_max end) as parts_max,
        min(case when term_role = 'whole' then participants_min end) as whole_min,
        min(case when term_role = 'whole' then participants_max end) as whole_max
    from {{ ref('int_rule_term') }}
    group by rule_code, check_key
),

weighed as (
    select
        sums.rule_code,
        rules.rule_type,
        rules.severity,
        sums.check_key,
        sums.part_level,
        sums.whole_fact_key,
        sums.report_id,
        sums.month_key,
        sums.part_count,
        sums.hidden_part_count,
        sums.whole_min < sums.whole_max as is_whole_hidden,
        sums.parts_min,
        sums.parts_max,
        case
            when rules.rule_type = 'mean' then sums.month_key - {{ january_of('sums.month_key') }} + 1
            else 1
        end as whole_weight,
        sums.whole_min,
        sums.whole_max,
        rules.rounding,
        sums.number_count
    from sums
    inner join {{ ref('consistency_rule') }} as rules on sums.rule_code = rules.rule_code
),

compared as (
    select
        rule_code,
        rule_type,
        severity,
        check_key,
        part_level,
        whole_fact_key,
        report_id,
        month_key,
        part_count,
        hidden_part_count,
        is_whole_hidden,
        parts_min,
        parts_max,
        whole_weight,
        whole_weight * whole_min as whole_min,
        whole_weight * whole_max as whole_max,
        whole_weight * rounding as tolerance,
        -- A sum of which nothing is a number holds whatever is hidden.
        whole_min is not null
        and part_count > 0
        and (rule_type <> 'mean' or part_count = whole_weight)
        and (rule_type = 'equality' or number_count > 0) as is_testable
    from weighed
)

select
    rule_code,
    rule_type,
    severity,
    check_key,
    part_level,
    whole_fact_key,
    report_id,
    month_key,
    cast(part_count as integer) as part_count,
    cast(hidden_part_count as integer) as hidden_part_count,
    coalesce(is_whole_hidden, false) as is_whole_hidden,
    cast(parts_min as integer) as parts_min,
    cast(parts_max as integer) as parts_max,
    cast(whole_weight as integer) as whole_weight,
    cast(whole_min as integer) as whole_min,
    cast(whole_max as integer) as whole_max,
    cast(tolerance as double) as tolerance,
    is_testable,
    {{ rule_outcome(
        'rule_type', 'is_testable', 'parts_min', 'parts_max', 'whole_min', 'whole_max', 'tolerance'
    ) }} as outcome,
    case
        when is_testable and rule_type = 'equality' then cast(0 as double)
        when is_testable
            then cast(parts_max - parts_min + whole_max - whole_min + 2 * tolerance as double)
    end as slack
from compared
