select
    immigrant_background_key,
    name,
    name_en,
    sort_order,
    parent_key,
    level
from {{ ref('immigrant_background') }}
