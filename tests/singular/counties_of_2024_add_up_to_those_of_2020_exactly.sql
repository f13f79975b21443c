-- Fails for each county of 2024 that does not lie whole in one county of 2020: the reform of 2024 only split.
select
    links.from_region_key,
    links.to_region_key
from {{ ref('bridge_region_succession') }} as links
inner join {{ ref('bridge_county_structure_region') }} as newer
    on links.from_region_key = newer.region_key and newer.structure_key = '2024'
inner join {{ ref('bridge_county_structure_region') }} as older
    on links.to_region_key = older.region_key and older.structure_key = '2020'
where not links.is_exact
