-- One row per population of an edition and family of it: those that differ in the member of one dimension,
-- all right below the same member. What the tables of a family print is much alike.
with figures as (
    select distinct
        cells.report_id,
        {{ divided_by(members_of('cells')) }} as total_key,
        {% for dimension in dimension_names() %}
        cells.{{ dimension }}_key,
        {% endfor %}
        products.scope_tiltak_key
    from {{ ref('int_cell') }} as cells
    inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
    inner join {{ ref('product') }} as products on reports.product_code = products.product_code
    where cells.column_type = 'month'
)

{% for dimension in dimension_names() %}
{% set members = members_of('figures') -%}
{% do members.update({dimension: "'below ' || members.parent_key"}) -%}
select
    figures.report_id,
    {{ divided_by(members) }} as family_key,
    figures.total_key
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
