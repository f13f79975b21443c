-- Fails for each label whose member is in no code list.
with members as (
    select
        'total' as dimension,
        '_T' as member_code
    union all
    select
        tiltak_level as dimension,
        tiltak_key as member_code
    from {{ ref('dim_tiltak') }}
    union all
    select
        'region' as dimension,
        region_code as member_code
    from {{ ref('dim_region') }}
    {% for dimension in dimension_names() if dimension not in ('tiltak', 'region') %}
    union all
    select
        '{{ dimension }}' as dimension,
        {{ dimension }}_key as member_code
    from {{ ref('dim_' ~ dimension) }}
    {% endfor %}
)

select
    labels.dimension,
    labels.label,
    labels.member_code
from {{ ref('stg_label') }} as labels
left join members on labels.dimension = members.dimension and labels.member_code = members.member_code
where members.member_code is null
