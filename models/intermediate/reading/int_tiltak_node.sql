-- The nodes of the tiltak hierarchy: total, tiltaksgruppe, tiltak, each with its parent.
with total as (
    select
        '_T' as tiltak_key,
        'total' as tiltak_level,
        0 as tiltak_level_no,
        cast(null as string) as parent_key
),

groups as (
    select
        tiltak_key,
        'tiltaksgruppe' as tiltak_level,
        1 as tiltak_level_no,
        '_T' as parent_key
    from {{ ref('tiltaksgruppe') }}
),

measures as (
    select
        tiltak_key,
        'tiltak' as tiltak_level,
        2 as tiltak_level_no,
        tiltaksgruppe_key as parent_key
    from {{ ref('tiltak') }}
)

select
    tiltak_key,
    tiltak_level,
    tiltak_level_no,
    parent_key
from total
union all
select
    tiltak_key,
    tiltak_level,
    tiltak_level_no,
    parent_key
from groups
union all
select
    tiltak_key,
    tiltak_level,
    tiltak_level_no,
    parent_key
from measures
