select
    age_group_key,
    name,
    name_en,
    age_from,
    age_to,
    sort_order,
    parent_key,
    level
from {{ ref('age_group') }}
