select
    gender_key,
    name,
    name_en,
    sort_order,
    parent_key,
    level
from {{ ref('gender') }}
