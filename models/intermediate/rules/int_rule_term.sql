-- One row per cell that takes part in a check: the whole, and each of its parts. A check is made for every
-- whole that a rule knows parts of; without a printed whole only its parts are here.
with monthly as (
    select
        facts.*,
        nodes.tiltak_level,
        nodes.parent_key
    from {{ ref('int_newest_cell') }} as facts
    inner join {{ ref('int_tiltak_node') }} as nodes on facts.tiltak_key = nodes.tiltak_key
    where facts.column_type = 'month'
),

averages as (
    select *
    from {{ ref('int_newest_cell') }}
    where column_type = 'year_to_date_average'
),

rules as (
    select
        rule_code,
        rule_type,
        dimension,
        part_level,
        editions,
        coalesce(from_month_key, 0) as from_month_key
    from {{ ref('consistency_rule') }}
),

sum_parts as (
    select
        rules.rule_code,
        {{ fact_key('monthly.month_key', whole_members('monthly')) }} as whole_fact_key,
        monthly.report_id,
        monthly.month_key,
        monthly.fact_key,
        monthly.cell_id,
        monthly.participants_min,
        monthly.participants_max
    from monthly
    inner join rules
        on
            rules.rule_type = 'sum'
            and monthly.month_key >= rules.from_month_key
            and (
                (rules.dimension = 'tiltak' and monthly.tiltak_level = rules.part_level)
                {% for dimension in dimension_names() if dimension != 'tiltak' %}
                or (rules.dimension = '{{ dimension }}' and monthly.{{ dimension }}_key <> '_T')
                {% endfor %}
            )
),

sum_whole_keys as (
    select distinct
        rule_code,
        whole_fact_key
    from sum_parts
),

sum_wholes as (
    select
        parts.rule_code,
        monthly.fact_key as whole_fact_key,
        monthly.report_id,
        monthly.month_key,
        monthly.fact_key,
        monthly.cell_id,
        monthly.participants_min,
        monthly.participants_max
    from sum_whole_keys as parts
    inner join monthly on parts.whole_fact_key = monthly.fact_key
),

mean_wholes as (
    select
        rules.rule_code,
        averages.*
    from averages
    inner join rules on rules.rule_type = 'mean' and averages.month_key >= rules.from_month_key
),

mean_parts as (
    select
        wholes.rule_code,
        wholes.fact_key as whole_fact_key,
        monthly.report_id,
        wholes.month_key,
        monthly.fact_key,
        monthly.cell_id,
        monthly.participants_min,
        monthly.participants_max
    from mean_wholes as wholes
    inner join monthly
        on
            {% for dimension in dimension_names() %}
            wholes.{{ dimension }}_key = monthly.{{ dimension }}_key
            and {% endfor %}monthly.month_key <= wholes.month_key
            and monthly.month_key >= {{ january_of('wholes.month_key') }}
),

copies as (
    select
        rules.rule_code,
        editions.report_id,
        editions.column_type,
        editions.fact_key,
        editions.month_key,
        editions.cell_id as whole_cell_id,
        editions.participants_min as whole_min,
        editions.participants_max as whole_max,
        cells.cell_id as part_cell_id,
        cell_values.participants_min as part_min,
        cell_values.participants_max as part_max
    from {{ ref('int_cell_edition') }} as editions
    inner join rules
        on
            rules.rule_type = 'equality'
            and rules.editions = 'same'
            and editions.month_key >= rules.from_month_key
    inner join {{ ref('int_cell') }} as cells
        on
            editions.report_id = cells.report_id
            and editions.column_type = cells.column_type
            and editions.fact_key = cells.fact_key
            and editions.cell_id <> cells.cell_id
    inner join {{ ref('int_cell_value') }} as cell_values on cells.cell_id = cell_values.cell_id
    where editions.times_printed > 1
),

successors as (
    select
        rules.rule_code,
        pairs.newer_report_id as report_id,
        pairs.column_type,
        pairs.fact_key,
        pairs.month_key,
        pairs.newer_cell_id as whole_cell_id,
        pairs.newer_participants_min as whole_min,
        pairs.newer_participants_max as whole_max,
        pairs.cell_id as part_cell_id,
        pairs.participants_min as part_min,
        pairs.participants_max as part_max
    from {{ ref('int_edition_pair') }} as pairs
    inner join rules
        on
            rules.rule_type = 'equality'
            and rules.editions = 'successive'
            and pairs.month_key >= rules.from_month_key
    where pairs.newer_cell_id is not null
),

equalities as (
    select * from copies
    union all
    select * from successors
)

select
    rule_code,
    rule_code || ':' || whole_fact_key as check_key,
    'part' as term_role,
    'month' as column_type,
    whole_fact_key,
    report_id,
    month_key,
    fact_key,
    cell_id,
    participants_min,
    participants_max
from sum_parts
union all
select
    rule_code,
    rule_code || ':' || whole_fact_key as check_key,
    'whole' as term_role,
    'month' as column_type,
    whole_fact_key,
    report_id,
    month_key,
    fact_key,
    cell_id,
    participants_min,
    participants_max
from sum_wholes
union all
select
    rule_code,
    rule_code || ':' || whole_fact_key as check_key,
    'part' as term_role,
    'month' as column_type,
    whole_fact_key,
    report_id,
    month_key,
    fact_key,
    cell_id,
    participants_min,
    participants_max
from mean_parts
union all
select
    rule_code,
    rule_code || ':' || fact_key as check_key,
    'whole' as term_role,
    'year_to_date_average' as column_type,
    fact_key as whole_fact_key,
    report_id,
    month_key,
    fact_key,
    cell_id,
    participants_min,
    participants_max
from mean_wholes
union all
select
    rule_code,
    rule_code || ':' || part_cell_id as check_key,
    'part' as term_role,
    column_type,
    fact_key as whole_fact_key,
    report_id,
    month_key,
    fact_key,
    part_cell_id as cell_id,
    part_min as participants_min,
    part_max as participants_max
from equalities
union all
select
    rule_code,
    rule_code || ':' || part_cell_id as check_key,
    'whole' as term_role,
    column_type,
    fact_key as whole_fact_key,
    report_id,
    month_key,
    fact_key,
    whole_cell_id as cell_id,
    whole_min as participants_min,
    whole_max as participants_max
from equalities
