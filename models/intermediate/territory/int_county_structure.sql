-- One row per county structure: a stretch of time in which no territory changes, found from the validity of
-- the regions.
with starts as (
    select cast(null as date) as valid_from_date
    union all
    select distinct valid_from_date
    from {{ ref('region') }}
    where region_type = 'county' and valid_from_date is not null
),

periods as (
    select
        valid_from_date,
        lead(valid_from_date) over (order by coalesce(valid_from_date, date '1900-01-01') asc) as next_date
    from starts
)

select
    cast(coalesce(year(valid_from_date), year(next_date) - 1) as string) as structure_key,
    valid_from_date,
    cast(next_date - interval 1 day as date) as valid_to_date,
    case
        when valid_from_date is null then 'Fylkene til og med ' || cast(year(next_date) - 1 as string)
        else 'Fylkene fra ' || cast(year(valid_from_date) as string)
    end as name,
    case
        when valid_from_date is null then 'Counties until ' || cast(year(next_date) - 1 as string)
        else 'Counties from ' || cast(year(valid_from_date) as string)
    end as name_en,
    cast(row_number() over (order by coalesce(valid_from_date, date '1900-01-01') asc) as integer)
        as sort_order
from periods
