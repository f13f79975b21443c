-- Fails for each member without its name as an official label, and for each official label that is not the
-- name of the member it leads to: no sum can notice two labels that have changed places. Counties have names
-- in several languages and a test of their own.
with members as (
    {% for dimension in dimension_names() if dimension != 'region' %}
    select
        {{ "level" if dimension == 'tiltak' else "'" ~ dimension ~ "'" }} as dimension,
        {{ dimension }}_key as member_code,
        {{ normalise_label('name') }} as label
    from {{ ref(dimension) }}
    -- No table is about a population of several groups by name.
    where level not in ('total', 'tiltakssamling')
    union all
    {% endfor %}
    {% for dimension in dimension_names() if dimension != 'region' %}
    select
        'total' as dimension,
        {{ dimension }}_key as member_code,
        {{ normalise_label('name') }} as label
    from {{ ref(dimension) }}
    where level = 'total'
    {% if not loop.last %}union{% endif %}

    {% endfor %}
),

labels as (
    select
        dimension,
        member_code,
        label
    from {{ ref('stg_label') }}
    where dimension <> 'region' and kind = 'official'
)

select
    members.dimension,
    members.member_code,
    members.label as name_of_member,
    labels.dimension as dimension_of_label,
    labels.member_code as member_of_label,
    labels.label as official_label
from members
full outer join labels
    on
        members.dimension = labels.dimension
        and members.member_code = labels.member_code
        and members.label = labels.label
where members.label is null or labels.label is null
