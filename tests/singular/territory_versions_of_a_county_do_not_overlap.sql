-- Fails for each pair of versions of one county code that are valid on the same day.
with versions as (
    select
        region_key,
        region_code,
        coalesce(valid_from_date, date '1900-01-01') as first_date,
        coalesce(valid_to_date, date '9999-12-31') as last_date
    from {{ ref('dim_region') }}
)

select
    earlier.region_key,
    later.region_key as overlapping_region_key
from versions as earlier
inner join versions as later
    on
        earlier.region_code = later.region_code
        and earlier.region_key < later.region_key
        and earlier.first_date <= later.last_date
        and earlier.last_date >= later.first_date
