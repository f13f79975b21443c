select
    birth_region_key,
    name,
    name_en,
    sort_order
from {{ ref('birth_region') }}
