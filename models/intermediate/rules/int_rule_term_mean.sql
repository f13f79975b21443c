-- The cells of the checks that an average since January is the mean of its months: the newest average of each
-- product, and each month as the product's editions said when the average was printed.
with rules as (
    select
        rule_code,
        part_level,
        coalesce(from_month_key, 0) as from_month_key
    from {{ ref('consistency_rule') }}
    where rule_type = 'mean'
),

ranked_wholes as (
    select
        *,
        row_number() over (
            partition by product_code, fact_key
            order by edition_order desc
        ) as edition_rank
    from {{ ref('int_product_cell') }}
    where column_type = 'year_to_date_average'
),

wholes as (
    select
        rules.rule_code,
        rules.part_level,
        rules.rule_code || ':' || averages.product_code || ':' || averages.fact_key as check_key,
        averages.*
    from ranked_wholes as averages
    inner join rules on averages.month_key >= rules.from_month_key
    where averages.edition_rank = 1
),

ranked_parts as (
    select
        wholes.rule_code,
        wholes.part_level,
        wholes.check_key,
        wholes.fact_key as whole_fact_key,
        wholes.month_key,
        monthly.report_id,
        monthly.fact_key,
        monthly.cell_id,
        monthly.participants_min,
        monthly.participants_max,
        row_number() over (
            partition by wholes.check_key, monthly.fact_key
            order by monthly.edition_order desc
        ) as edition_rank
    from wholes
    inner join {{ ref('int_product_cell') }} as monthly
        on
            monthly.column_type = 'month'
            and wholes.product_code = monthly.product_code
            and wholes.edition_order >= monthly.edition_order
            {% for dimension in dimension_names() %}
            and wholes.{{ dimension }}_key = monthly.{{ dimension }}_key
            {% endfor %}
            and monthly.month_key between {{ january_of('wholes.month_key') }} and wholes.month_key
)

select
    rule_code,
    check_key,
    part_level,
    'part' as term_role,
    'month' as column_type,
    whole_fact_key,
    report_id,
    month_key,
    fact_key,
    cell_id,
    participants_min,
    participants_max
from ranked_parts
where edition_rank = 1
union all
select
    rule_code,
    check_key,
    part_level,
    'whole' as term_role,
    column_type,
    fact_key as whole_fact_key,
    report_id,
    month_key,
    fact_key,
    cell_id,
    participants_min,
    participants_max
from wholes
