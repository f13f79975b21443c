select
    stable_area_key,
    structure_key,
    region_key
from {{ ref('int_stable_area') }}
