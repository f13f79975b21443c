with breakdowns as (
    select distinct breakdown_key
    from {{ ref('int_newest_cell') }}
),

parts as (
    select
        breakdowns.breakdown_key,
        levels.dimension,
        levels.level,
        levels.name,
        levels.name_en,
        levels.sort_order
    from breakdowns
    inner join {{ ref('dimension') }} as levels
        on instr('.' || breakdowns.breakdown_key || '.', '.' || levels.breakdown_code || '.') > 0
),

named as (
    select
        breakdown_key,
        count(*) as dimension_count,
        {{ joined_text('name', ' × ', 'sort_order') }} as name,
        {{ joined_text('name_en', ' × ', 'sort_order') }} as name_en,
        {% for dimension in dimension_names() %}
        max(case when dimension = '{{ dimension }}' then level end) as {{ dimension }}_level
        {%- if not loop.last %},{% endif %}

        {% endfor %}
    from parts
    group by breakdown_key
),

totals as (
    select
        name,
        name_en
    from {{ ref('hovedgruppe') }}
    where hovedgruppe_key = '_T'
)

select
    breakdowns.breakdown_key,
    coalesce(named.name, totals.name) as name,
    coalesce(named.name_en, totals.name_en) as name_en,
    cast(coalesce(named.dimension_count, 0) as integer) as dimension_count,
    coalesce(named.tiltak_level, 'total') as tiltak_level,
    {% for dimension in dimension_names() if dimension != 'tiltak' %}
    named.{{ dimension }}_level is not null as is_by_{{ dimension }}
    {%- if not loop.last %},{% endif %}

    {% endfor %}
from breakdowns
cross join totals
left join named on breakdowns.breakdown_key = named.breakdown_key
