-- Fails for each county code whose name or time in force differ from the reference list, with all versions of
-- its territory taken together, and for each version that does not begin the day after the one before.
with versions as (
    select
        region_key,
        region_code,
        name,
        name_en,
        official_name,
        valid_from_date,
        valid_to_date,
        lag(valid_to_date) over (partition by region_code order by sort_order asc) as end_before,
        row_number() over (partition by region_code order by sort_order asc) as version_no,
        count(*) over (partition by region_code) as version_count
    from {{ ref('region') }}
    where level <> 'total'
),

codes as (
    select
        versions.region_code,
        versions.name,
        max(case when versions.version_no = 1 then versions.valid_from_date end) as valid_from_date,
        max(
            case when versions.version_no = versions.version_count then versions.valid_to_date end
        ) as valid_to_date
    from versions
    group by versions.region_code, versions.name
)

select
    coalesce(codes.region_code, listed.region_code) as region_code,
    codes.name,
    listed.name as listed_name,
    codes.valid_from_date,
    listed.valid_from_date as listed_from_date,
    codes.valid_to_date,
    listed.valid_to_date as listed_to_date
from codes
full outer join {{ ref('county_code') }} as listed
    on codes.region_code = listed.region_code and codes.name = listed.name
where
    codes.region_code is null
    or listed.region_code is null
    or coalesce(codes.valid_from_date, date '1900-01-01')
    <> coalesce(listed.valid_from_date, date '1900-01-01')
    or coalesce(codes.valid_to_date, date '9999-12-31') <> coalesce(listed.valid_to_date, date '9999-12-31')
union all
select
    region_code,
    name,
    official_name as listed_name,
    valid_from_date,
    cast(null as date) as listed_from_date,
    valid_to_date,
    end_before as listed_to_date
from versions
where
    (version_no > 1 and not coalesce(cast(end_before + interval 1 day as date) = valid_from_date, false))
    or coalesce(valid_from_date > valid_to_date, false)
    or (official_name <> name and substr(official_name, 1, length(name) + 3) <> name || ' - ')
    or (region_code <= '99' and name_en not in (name, replace(name, ' og ', ' and ')))
