select
    successions.from_tiltak_key,
    successions.to_tiltak_key,
    successions.change_kind,
    cast(case when successions.change_kind = 'renamed' then 1 else 0 end as double) as share_min,
    cast(1 as double) as share_max,
    successions.change_kind = 'renamed' as is_exact,
    measures.valid_to_date as from_valid_to_date,
    successors.valid_from_date as to_valid_from_date,
    successions.confidence,
    measures.source
from {{ ref('tiltak_succession') }} as successions
inner join {{ ref('tiltak') }} as measures on successions.from_tiltak_key = measures.tiltak_key
inner join {{ ref('tiltak') }} as successors on successions.to_tiltak_key = successors.tiltak_key
