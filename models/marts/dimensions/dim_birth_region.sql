select
    birth_region_key,
    name,
    name_en,
    sort_order,
    parent_key,
    level
from {{ ref('birth_region') }}
