select
    stable_area_key,
    comparison_key,
    min(name) as name,
    min(name_en) as name_en,
    cast(count(distinct region_key) as integer) as region_count
from {{ ref('int_stable_area') }}
group by stable_area_key, comparison_key
