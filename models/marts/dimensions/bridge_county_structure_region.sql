select
    structure_key,
    region_key
from {{ ref('int_county_structure_region') }}
