-- One row per county structure and region that forms it.
select
    structures.structure_key,
    regions.region_key
from {{ ref('int_county_structure') }} as structures
inner join {{ ref('region') }} as regions
    on
        regions.region_type = 'county'
        and coalesce(regions.valid_from_date, date '1900-01-01')
        <= coalesce(structures.valid_from_date, date '1900-01-01')
        and coalesce(regions.valid_to_date, date '9999-12-31')
        >= coalesce(structures.valid_to_date, date '9999-12-31')
