select
    from_region_key,
    to_region_key,
    change_kind,
    territory,
    municipalities,
    share_min,
    share_max,
    estimated_share,
    estimated_share_min,
    estimated_share_max,
    estimate_source,
    is_exact
from {{ ref('int_region_link') }}
