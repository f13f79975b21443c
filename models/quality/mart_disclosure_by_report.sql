with terms as (
    select
        terms.check_key,
        terms.term_role,
        terms.report_id,
        terms.column_type,
        terms.fact_key,
        terms.participants_min,
        terms.participants_max,
        checks.parts_min,
        checks.parts_max,
        checks.whole_weight,
        checks.whole_min,
        checks.whole_max,
        checks.tolerance
    from {{ ref('int_rule_term') }} as terms
    inner join {{ ref('int_rule_check') }} as checks on terms.check_key = checks.check_key
    where
        terms.participants_min < terms.participants_max
        and checks.is_testable
),

-- What one printed sum alone leaves possible for a hidden cell; it goes no further than the counts below.
subtracted as (
    select
        report_id,
        column_type,
        fact_key,
        participants_min,
        participants_max,
        case
            when term_role = 'part' then whole_min - tolerance - (parts_max - participants_max)
            else (parts_min - tolerance) / whole_weight
        end as least_possible,
        case
            when term_role = 'part' then whole_max + tolerance - (parts_min - participants_min)
            else (parts_max + tolerance) / whole_weight
        end as most_possible
    from terms
),

judged as (
    select
        report_id,
        column_type,
        fact_key,
        max(
            case when least_possible > participants_min or most_possible < participants_max then 1 else 0 end
        ) as is_narrowed,
        max(
            case
                when
                    ceiling(greatest(least_possible, participants_min))
                    = floor(least(most_possible, participants_max))
                    then 1
                else 0
            end
        ) as is_revealed
    from subtracted
    group by report_id, column_type, fact_key
)

select
    cells.report_id as report_key,
    cast(count(*) as integer) as hidden_count,
    cast(coalesce(sum(judged.is_narrowed), 0) as integer) as narrowed_count,
    cast(coalesce(sum(judged.is_revealed), 0) as integer) as revealed_count
from {{ ref('int_newest_cell') }} as cells
left join judged
    on
        cells.report_id = judged.report_id
        and cells.column_type = judged.column_type
        and cells.fact_key = judged.fact_key
where cells.value_status = 'suppressed'
group by cells.report_id
