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
        {{ joined_text('name', ' × ', 'sort_order') }} as name,
        {{ joined_text('name_en', ' × ', 'sort_order') }} as name_en,
        max(case when dimension in ('tiltak', 'tiltaksgruppe') then dimension end) as tiltak_level
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
    instr('.' || breakdowns.breakdown_key || '.', '.{{ dimension | upper }}.') > 0 as is_by_{{ dimension }}
    {%- if not loop.last %},{% endif %}

    {% endfor %}
from breakdowns
cross join totals
left join named on breakdowns.breakdown_key = named.breakdown_key
