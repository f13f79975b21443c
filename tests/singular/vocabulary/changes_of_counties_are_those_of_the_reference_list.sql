-- Fails for each change of county borders that the pieces of territory make and the reference list has not,
-- or the other way round, and where other municipalities moved.
with derived as (
    select
        target.valid_from_date as change_date,
        source.region_code as from_region_code,
        target.region_code as to_region_code,
        links.municipalities
    from {{ ref('int_region_link') }} as links
    inner join {{ ref('region') }} as source on links.from_region_key = source.region_key
    inner join {{ ref('region') }} as target on links.to_region_key = target.region_key
    where cast(source.valid_to_date + interval 1 day as date) = target.valid_from_date
)

select
    coalesce(derived.change_date, listed.change_date) as change_date,
    derived.from_region_code,
    derived.to_region_code,
    derived.municipalities,
    listed.from_region_code as listed_from_region_code,
    listed.to_region_code as listed_to_region_code,
    listed.municipalities as listed_municipalities
from derived
full outer join {{ ref('county_change') }} as listed
    on
        derived.change_date = listed.change_date
        and derived.from_region_code = listed.from_region_code
        and derived.to_region_code = listed.to_region_code
where
    derived.change_date is null
    or listed.change_date is null
    or coalesce(derived.municipalities, '') <> coalesce(listed.municipalities, '')
