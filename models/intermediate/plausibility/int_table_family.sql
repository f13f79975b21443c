-- One row per population of an edition and family of it: those that differ in the member of one dimension,
-- all right below the same member. What the tables of a family print is much alike.
with figures as (
    {{ figures_of_editions() }}
)

{% for dimension in dimension_names() %}
{% set own = divided_by(members_of('figures')) -%}
{% set members = members_of('figures') -%}
{% do members.update({dimension: "'below ' || members.parent_key"}) -%}
select
    figures.report_id,
    {{ divided_by(members) }} as family_key,
    {{ own }} as total_key
from figures
inner join {{ ref('int_member') }} as members
    on
        members.dimension = '{{ dimension }}'
        and figures.{{ dimension }}_key = members.member_key
        and members.level_no > 0
{% if dimension == 'tiltak' %}
where figures.tiltak_key <> figures.scope_tiltak_key
{% endif %}
{% if not loop.last %}
union all
{% endif %}
{% endfor %}
