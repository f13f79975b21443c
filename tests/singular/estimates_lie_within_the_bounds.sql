-- Fails for each estimate that logic rules out.
select
    structure_key,
    month_key,
    hovedgruppe_key,
    tiltak_key,
    region_key,
    participants_estimate,
    participants_min,
    participants_max
from {{ ref('mart_participants_by_county_structure') }}
where
    participants_estimate < participants_min
    or participants_estimate > participants_max
    or participants_estimate < participants_estimate_min
    or participants_estimate > participants_estimate_max
    or participants_estimate_min < participants_min - 0.000001
    or participants_estimate_max > participants_max + 0.000001
