-- Fails for each pair of versions of one county code that are valid on the same day.
select
    earlier.region_key,
    later.region_key as overlapping_region_key
from {{ ref('dim_region') }} as earlier
inner join {{ ref('dim_region') }} as later
    on
        earlier.region_code = later.region_code
        and earlier.region_key < later.region_key
        and coalesce(earlier.valid_from_date, date '1900-01-01') <= coalesce(later.valid_to_date, date '9999-12-31')
        and coalesce(later.valid_from_date, date '1900-01-01') <= coalesce(earlier.valid_to_date, date '9999-12-31')
