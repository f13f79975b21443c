-- One row per thing noticed in an edition that lies outside its bounds: the month in which it is furthest
-- outside, and in how many months it is. The excess is how far outside: in the logarithm of a ratio or of a
-- count, else as it is.
{% set measures = [
    'int_plausible_edition', 'int_plausible_level', 'int_plausible_member', 'int_plausible_month',
    'int_plausible_neighbour', 'int_plausible_shape', 'int_plausible_share', 'int_plausible_sister',
] -%}
with measures as (
    {% for measure in measures %}
    select
        plausibility_code,
        report_id,
        month_key,
        table_no,
        cell_id,
        concerns,
        seen,
        expected,
        measured
    from {{ ref(measure) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

outside as (
    select
        measures.*,
        bounds.weight,
        case bounds.measured_as
            when 'ratio'
                then greatest(
                    coalesce(ln(measures.measured / bounds.highest), 0),
                    coalesce(ln(bounds.lowest / measures.measured), 0)
                )
            when 'count' then ln(1 + abs(measures.measured - coalesce(bounds.highest, bounds.lowest)))
            else abs(measures.measured - coalesce(bounds.highest, bounds.lowest))
        end as excess
    from measures
    inner join {{ ref('plausibility') }} as bounds on measures.plausibility_code = bounds.plausibility_code
    where measures.measured < bounds.lowest or measures.measured > bounds.highest
),

ranked as (
    select
        *,
        count(*) over (partition by report_id, plausibility_code, concerns) as month_count,
        row_number() over (
            partition by report_id, plausibility_code, concerns
            order by excess desc, month_key asc
        ) as preference
    from outside
)

select
    plausibility_code || ':' || report_id || ':' || concerns as finding_key,
    plausibility_code,
    report_id,
    month_key,
    cast(month_count as integer) as month_count,
    table_no,
    cell_id,
    concerns,
    seen,
    expected,
    measured,
    weight * (1 + excess) as surprise
from ranked
where preference = 1
