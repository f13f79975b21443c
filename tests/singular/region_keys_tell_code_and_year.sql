-- Fails for each region whose key is not its code, followed by the year it took effect where that is known.
select
    region_key,
    region_code,
    valid_from_date
from {{ ref('dim_region') }}
where
    region_key <> case
        when valid_from_date is null then region_code
        else region_code || '_' || cast(year(valid_from_date) as string)
    end
    and region_type = 'county'
