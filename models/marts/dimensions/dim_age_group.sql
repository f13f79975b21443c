select
    age_group_key,
    name,
    name_en,
    age_from,
    age_to,
    sort_order
from {{ ref('age_group') }}
