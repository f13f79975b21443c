select
    structure_key,
    name,
    name_en,
    valid_from_date,
    valid_to_date,
    sort_order
from {{ ref('int_county_structure') }}
