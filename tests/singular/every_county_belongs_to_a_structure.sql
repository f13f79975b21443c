-- Fails for each county that forms no structure, and for each that has no territory.
select regions.region_key
from {{ ref('dim_region') }} as regions
left join {{ ref('bridge_county_structure_region') }} as members on regions.region_key = members.region_key
left join {{ ref('region_piece_member') }} as pieces on regions.region_key = pieces.region_key
where
    regions.region_type = 'county'
    and (members.region_key is null or pieces.region_key is null)
