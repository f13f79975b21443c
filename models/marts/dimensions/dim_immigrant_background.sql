select
    immigrant_background_key,
    name,
    name_en,
    sort_order
from {{ ref('immigrant_background') }}
