-- One row per comparison of structures and region: the stable area it belongs to, the smallest set of regions
-- that is the same territory in every structure compared.
with regions as (
    select
        comparisons.comparison_key,
        comparisons.structure_key,
        members.region_key
    from {{ ref('int_structure_comparison') }} as comparisons
    inner join {{ ref('int_county_structure_region') }} as members
        on comparisons.structure_key = members.structure_key
),

shared_territory as (
    select distinct
        source.comparison_key,
        source.region_key as from_region_key,
        target.region_key as to_region_key
    from regions as source
    inner join regions as target on source.comparison_key = target.comparison_key
    inner join {{ ref('int_region_link') }} as links
        on source.region_key = links.from_region_key and target.region_key = links.to_region_key
),

components as (
    {{ connected_components('shared_territory', 'comparison_key', 'from_region_key', 'to_region_key') }}
),

newest as (
    select
        components.scope as comparison_key,
        components.component,
        regions.structure_key,
        regions.region_key,
        max(regions.structure_key) over (partition by components.scope) as newest_structure_key
    from components
    inner join regions
        on components.scope = regions.comparison_key and components.node = regions.region_key
),

named as (
    select
        newest.comparison_key,
        newest.component,
        {{ joined_text('dim.region_code', '+', 'dim.sort_order') }} as area_code,
        {{ joined_text('dim.name', ' + ', 'dim.sort_order') }} as name,
        {{ joined_text('dim.name_en', ' + ', 'dim.sort_order') }} as name_en
    from newest
    inner join {{ ref('region') }} as dim on newest.region_key = dim.region_key
    where newest.structure_key = newest.newest_structure_key
    group by newest.comparison_key, newest.component
)

select
    regions.comparison_key,
    regions.comparison_key || ':' || named.area_code as stable_area_key,
    named.name,
    named.name_en,
    regions.structure_key,
    regions.region_key
from components
inner join regions
    on components.scope = regions.comparison_key and components.node = regions.region_key
inner join named
    on components.scope = named.comparison_key and components.component = named.component
