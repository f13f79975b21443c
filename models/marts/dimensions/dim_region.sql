select
    region_key,
    region_code,
    name,
    name_en,
    official_name,
    region_type,
    valid_from_date,
    valid_to_date,
    source,
    sort_order,
    parent_key,
    level
from {{ ref('region') }}
