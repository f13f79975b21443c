-- Fails for each member whose parent is not one level above it in the same dimension, whose level is
-- none of its dimension, whose place in the order is not what its code says, or whose English name another
-- one has; and for each level of a dimension that is not in its place.
with members as (
    {% for dimension in dimension_names() %}
    select
        '{{ dimension }}' as dimension,
        {{ dimension }}_key as member_key,
        parent_key,
        level,
        name_en,
        sort_order
    from {{ ref(dimension) }}
    {% if not loop.last %}union all{% endif %}

    {% endfor %}
),

placed as (
    select
        members.dimension,
        members.member_key,
        members.parent_key,
        members.sort_order,
        members.name_en,
        case when members.level = 'total' then 0 else levels.level_no end as level_no,
        row_number() over (partition by members.dimension order by members.sort_order asc) - 1 as place,
        count(*) over (partition by members.dimension, members.level, members.name_en) as name_count
    from members
    left join {{ ref('dimension') }} as levels
        on members.dimension = levels.dimension and members.level = levels.level
),

levels as (
    select
        level,
        dimension,
        level_no,
        label_list,
        breakdown_code,
        sort_order,
        row_number() over (order by sort_order asc) as place,
        row_number() over (partition by dimension order by sort_order asc) as place_in_dimension,
        count(*) over (partition by name) as name_count
    from {{ ref('dimension') }}
),

versions as (
    select
        region_key,
        sort_order,
        cast(region_code as integer) * 10
        + row_number() over (
            partition by region_code order by coalesce(valid_from_date, date '1900-01-01') asc
        ) as wanted_order
    from {{ ref('region') }}
    where region_type = 'county'
)

select
    placed.dimension,
    placed.member_key,
    placed.parent_key,
    placed.level_no,
    placed.sort_order
from placed
left join placed as parents
    on placed.dimension = parents.dimension and placed.parent_key = parents.member_key
where
    placed.level_no is null
    or placed.sort_order is null
    or (placed.level_no = 0) <> (placed.member_key = '_T')
    or (placed.level_no = 0) <> (placed.parent_key is null)
    or (placed.level_no = 0) <> (placed.sort_order = 0)
    or (placed.level_no > 0 and coalesce(parents.level_no, -1) <> placed.level_no - 1)
    -- Measures are numbered within the hundred of their group, counties by their code, others one by one.
    or (
        placed.dimension = 'tiltak' and placed.level_no = 2
        and placed.sort_order - parents.sort_order not between 1 and 99
    )
    or (placed.dimension not in ('tiltak', 'region') and placed.sort_order <> placed.place)
    or (
        placed.dimension <> 'region'
        and (placed.name_count > 1 or (placed.level_no = 0) <> (placed.name_en = 'Total'))
    )
union all
select
    'dimension' as dimension,
    level as member_key,
    dimension as parent_key,
    level_no,
    sort_order
from levels
where
    sort_order <> place
    -- A population of several groups is beside the groups.
    or level_no <> case when level = 'tiltakssamling' then 1 else place_in_dimension end
    or name_count > 1
    or label_list not in (case when level = 'tiltakssamling' then 'tiltaksgruppe' else level end, dimension)
    or breakdown_code not in (upper(level), upper(dimension))
union all
select
    'region' as dimension,
    region_key as member_key,
    '_T' as parent_key,
    1 as level_no,
    sort_order
from versions
where sort_order <> wanted_order
