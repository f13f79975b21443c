{# The query of a mart that shows one printed partition of the participants. #}
{% macro printed_partition(dimensions, level='finest') -%}
with cells as (
    select
        facts.fact_key,
        facts.month_key,
        scoped.scope_tiltak_key,
        facts.tiltak_key,
        tiltak.tiltak_level,
        {% for dimension in dimensions %}
        facts.{{ dimension }}_key,
        {% endfor %}
        facts.participants,
        facts.participants_min,
        facts.participants_max,
        facts.value_status,
        tiltak.tiltak_level_no,
        max(tiltak.tiltak_level_no) over (
            partition by facts.month_key, scoped.scope_tiltak_key
        ) as finest_level_no
    from {{ ref('fct_monthly_participants') }} as facts
    inner join {{ ref('int_fact_scope') }} as scoped on facts.fact_key = scoped.fact_key
    inner join {{ ref('dim_tiltak') }} as tiltak on facts.tiltak_key = tiltak.tiltak_key
    {% for dimension in dimensions %}
    -- The members right below the total: with those further below, people would be counted again.
    inner join {{ ref('int_member') }} as level_of_{{ dimension }}
        on
            level_of_{{ dimension }}.dimension = '{{ dimension }}'
            and level_of_{{ dimension }}.level_no = 1
            and facts.{{ dimension }}_key = level_of_{{ dimension }}.member_key
    {% endfor %}
    where
        {% for dimension in dimension_names() if dimension != 'tiltak' and dimension not in dimensions %}
        {% if not loop.first %}and {% endif %}facts.{{ dimension }}_key = '_T'
        {% endfor %}
)

select
    cells.fact_key,
    cells.month_key,
    months.first_date as month_date,
    cells.scope_tiltak_key,
    scopes.name as scope_name,
    scopes.name_en as scope_name_en,
    cells.tiltak_level,
    cells.tiltak_key,
    tiltak.name as tiltak_name,
    tiltak.name_en as tiltak_name_en,
    tiltak.tiltaksgruppe_key,
    tiltak.tiltaksgruppe_name,
    tiltak.tiltaksgruppe_name_en,
    tiltak.sort_order as tiltak_sort_order,
    {% for dimension in dimensions %}
    cells.{{ dimension }}_key,
    {% if dimension == 'region' %}
    region.region_code,
    {% endif %}
    {{ dimension }}.name as {{ dimension }}_name,
    {{ dimension }}.name_en as {{ dimension }}_name_en,
    {{ dimension }}.sort_order as {{ dimension }}_sort_order,
    {% endfor %}
    cells.participants,
    cells.participants_min,
    cells.participants_max,
    cells.value_status,
    breaks.series_break_date
from cells
inner join {{ ref('dim_month') }} as months on cells.month_key = months.month_key
inner join {{ ref('dim_tiltak') }} as scopes on cells.scope_tiltak_key = scopes.tiltak_key
inner join {{ ref('dim_tiltak') }} as tiltak on cells.tiltak_key = tiltak.tiltak_key
{% for dimension in dimensions %}
inner join {{ ref('dim_' ~ dimension) }} as {{ dimension }}
    on cells.{{ dimension }}_key = {{ dimension }}.{{ dimension }}_key
{% endfor %}
left join {{ ref('int_series_break_cell') }} as breaks
    on
        cells.month_key = breaks.month_key
        and breaks.hovedgruppe_key = {{ 'cells.hovedgruppe_key' if 'hovedgruppe' in dimensions else "'_T'" }}
        and cells.tiltak_key = breaks.tiltak_key
        and {% if 'region' not in dimensions %}not {% endif %}breaks.is_by_region
where
    {% if level == 'finest' %}
    cells.tiltak_level_no = cells.finest_level_no
    {% elif level == 'population' %}
    cells.tiltak_key = cells.scope_tiltak_key
    {% else %}
    cells.tiltak_level = '{{ level }}'
    {% endif %}
{%- endmacro %}
