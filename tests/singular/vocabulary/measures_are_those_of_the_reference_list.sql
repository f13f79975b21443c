-- Fails for each measure whose group, Arena code, time in force or successors differ from the reference list.
with successors as (
    select
        successions.from_tiltak_key,
        {{ joined_text('followers.name', ';', 'followers.name') }} as successors
    from {{ ref('tiltak_succession') }} as successions
    inner join {{ ref('tiltak') }} as followers on successions.to_tiltak_key = followers.tiltak_key
    group by successions.from_tiltak_key
),

measures as (
    select
        measures.name,
        groups.name as tiltaksgruppe,
        coalesce(measures.arena_code, '') as arena_code,
        coalesce(measures.valid_from_date, date '1900-01-01') as valid_from_date,
        coalesce(measures.valid_to_date, date '9999-12-31') as valid_to_date,
        coalesce(successors.successors, '') as successors
    from {{ ref('tiltak') }} as measures
    inner join {{ ref('tiltak') }} as groups on measures.parent_key = groups.tiltak_key
    left join successors on measures.tiltak_key = successors.from_tiltak_key
    where measures.level = 'tiltak'
)

select
    coalesce(measures.name, listed.name) as name,
    measures.tiltaksgruppe,
    measures.arena_code,
    measures.valid_from_date,
    measures.valid_to_date,
    measures.successors
from measures
full outer join {{ ref('nav_measure') }} as listed
    on
        measures.name = listed.name
        and measures.tiltaksgruppe = listed.tiltaksgruppe
        and measures.arena_code = coalesce(listed.arena_code, '')
        and measures.valid_from_date = coalesce(listed.valid_from_date, date '1900-01-01')
        and measures.valid_to_date = coalesce(listed.valid_to_date, date '9999-12-31')
        and measures.successors = coalesce(listed.successors, '')
where measures.name is null or listed.name is null
