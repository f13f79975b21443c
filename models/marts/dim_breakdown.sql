with breakdowns as (
    select distinct breakdown_key
    from {{ ref('int_newest_cell') }}
),

parts as (
    select
        breakdowns.breakdown_key,
        dimensions.dimension,
        dimensions.name,
        dimensions.name_en,
        dimensions.sort_order
    from breakdowns
    inner join {{ ref('dimension') }} as dimensions
        on instr('.' || breakdowns.breakdown_key || '.', '.' || upper(dimensions.dimension) || '.') > 0
),

named as (
    select
        breakdown_key,
        count(*) as dimension_count,
        {% for column in ['name', 'name_en'] %}
        concat_ws(
            ' × ',
            {% for order in range(1, 10) %}
            max(case when sort_order = {{ order }} then {{ column }} end){% if not loop.last %},{% endif %}

            {% endfor %}
        ) as {{ column }},
        {% endfor %}
        max(case when dimension in ('tiltak', 'tiltaksgruppe') then dimension end) as tiltak_level,
        {% for dimension in dimension_names() if dimension != 'tiltak' %}
        max(case when dimension = '{{ dimension }}' then 1 else 0 end) = 1
            as is_by_{{ dimension }}{% if not loop.last %},{% endif %}

        {% endfor %}
    from parts
    group by breakdown_key
)

select
    breakdowns.breakdown_key,
    coalesce(named.name, totals.name) as name,
    coalesce(named.name_en, totals.name_en) as name_en,
    cast(coalesce(named.dimension_count, 0) as integer) as dimension_count,
    coalesce(named.tiltak_level, 'total') as tiltak_level,
    {% for dimension in dimension_names() if dimension != 'tiltak' %}
    coalesce(named.is_by_{{ dimension }}, false) as is_by_{{ dimension }}{% if not loop.last %},{% endif %}

    {% endfor %}
from breakdowns
left join named on breakdowns.breakdown_key = named.breakdown_key
left join {{ ref('hovedgruppe') }} as totals on totals.hovedgruppe_key = '_T'
