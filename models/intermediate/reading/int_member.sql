-- One row per member of each dimension: its place in the hierarchy, the total `_T` at the top.
with members as (
    {% for dimension in dimension_names() %}
    select
        '{{ dimension }}' as dimension,
        {{ dimension }}_key as member_key,
        parent_key,
        level
    from {{ ref(dimension) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select
    members.dimension,
    members.member_key,
    members.parent_key,
    members.level,
    case when members.parent_key is null then 0 else levels.level_no end as level_no,
    levels.breakdown_code
from members
left join {{ ref('dimension') }} as levels
    on members.dimension = levels.dimension and members.level = levels.level
