-- One row per place where a number of an edition could be printed: in the table of a population that has one
-- dimension less, as the row of its member. Whether it is, shows int_table_shape.
with figures as (
    {{ figures_of_editions() }}
),

-- The total of a group of measures closes its rows in a table of measures.
places as (
    select
        members.dimension,
        members.member_key,
        levels.label_list as row_dimension,
        coalesce(regions.region_code, members.member_key) as member_code
    from {{ ref('int_member') }} as members
    inner join {{ ref('dimension') }} as levels
        on members.dimension = levels.dimension and levels.level in (members.level, 'tiltak')
    left join {{ ref('region') }} as regions
        on members.dimension = 'region' and members.member_key = regions.region_key
    where members.level_no > 0
)

{% for dimension in dimension_names() %}
{% set members = members_of('figures') -%}
{% do members.update({dimension: 'figures.scope_tiltak_key' if dimension == 'tiltak' else "'_T'"}) -%}
select distinct
    figures.report_id,
    {{ divided_by(members) }} as total_key,
    places.row_dimension,
    places.member_code
from figures
inner join places on places.dimension = '{{ dimension }}' and figures.{{ dimension }}_key = places.member_key
{% if dimension == 'tiltak' %}
where figures.tiltak_key <> figures.scope_tiltak_key
{% endif %}
{% if not loop.last %}
union
{% endif %}
{% endfor %}
