-- One row per sum that can be formed: an additive rule, a printed whole, and the parts printed for it.
with facts as (
    select
        facts.*,
        nodes.tiltak_level,
        nodes.parent_key
    from {{ ref('int_newest_cell') }} as facts
    inner join {{ ref('int_tiltak_node') }} as nodes on facts.tiltak_key = nodes.tiltak_key
    where facts.column_type = 'month'
),

parts as (
    select
        rules.rule_code,
        {{ fact_key('facts.month_key', whole_members()) }} as whole_fact_key,
        facts.participants_min,
        facts.participants_max,
        case when facts.value_status = 'suppressed' then 1 else 0 end as hidden
    from facts
    inner join {{ ref('additive_rule') }} as rules
        on
            (rules.dimension = 'tiltak' and facts.tiltak_level = rules.part_level)
            {% for dimension in dimension_names() if dimension != 'tiltak' %}
            or (rules.dimension = '{{ dimension }}' and facts.{{ dimension }}_key <> '_T')
            {% endfor %}
),

sums as (
    select
        rule_code,
        whole_fact_key,
        count(*) as part_count,
        sum(hidden) as hidden_part_count,
        sum(participants_min) as parts_min,
        sum(participants_max) as parts_max
    from parts
    group by rule_code, whole_fact_key
)

select
    sums.rule_code,
    sums.whole_fact_key,
    facts.report_id,
    facts.month_key,
    facts.breakdown_key,
    cast(sums.part_count as integer) as part_count,
    cast(sums.hidden_part_count as integer) as hidden_part_count,
    cast(sums.parts_min as integer) as parts_min,
    cast(sums.parts_max as integer) as parts_max,
    facts.participants_min as whole_min,
    facts.participants_max as whole_max,
    {{ interval_outcome(
        'sums.parts_min', 'sums.parts_max', 'facts.participants_min', 'facts.participants_max'
    ) }} as outcome,
    cast(
        sums.parts_max - sums.parts_min + facts.participants_max - facts.participants_min as integer
    ) as slack
from sums
inner join facts on sums.whole_fact_key = facts.fact_key
