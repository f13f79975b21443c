-- Fails for each succession of measures that time does not allow or that leads back to where it began, and
-- for each break of the series at which nothing of what it concerns begins or ends.
{% set longest_chain = 6 %}
with links as (
    select
        successions.from_tiltak_key,
        successions.to_tiltak_key,
        successions.change_kind,
        measures.level as from_level,
        followers.level as to_level,
        measures.arena_code as from_arena_code,
        followers.arena_code as to_arena_code,
        coalesce(measures.valid_from_date, date '1900-01-01') as from_valid_from_date,
        measures.valid_to_date as from_valid_to_date,
        followers.valid_from_date as to_valid_from_date
    from {{ ref('tiltak_succession') }} as successions
    left join {{ ref('tiltak') }} as measures on successions.from_tiltak_key = measures.tiltak_key
    left join {{ ref('tiltak') }} as followers on successions.to_tiltak_key = followers.tiltak_key
),

chain_1 as (
    select
        from_tiltak_key,
        to_tiltak_key
    from links
),
{% for step in range(2, longest_chain + 1) %}
chain_{{ step }} as (
    select distinct
        earlier.from_tiltak_key,
        links.to_tiltak_key
    from chain_{{ step - 1 }} as earlier
    inner join links on earlier.to_tiltak_key = links.from_tiltak_key
),
{% endfor %}
bounds as (
    select
        tiltak_key,
        parent_key,
        valid_from_date,
        cast(valid_to_date + interval 1 day as date) as end_date
    from {{ ref('tiltak') }}
),

scopes as (
    select
        break_key,
        dimension,
        member_key,
        count(*) over (partition by break_key, dimension) as row_count
    from {{ ref('series_break_scope') }}
),

breaks as (
    select
        breaks.break_key,
        breaks.break_date,
        scopes.dimension,
        scopes.member_key,
        scopes.row_count,
        levels.dimension as known_dimension,
        members.member_key as known_member_key
    from {{ ref('series_break') }} as breaks
    left join scopes on breaks.break_key = scopes.break_key
    left join {{ ref('dimension') }} as levels
        on scopes.dimension = levels.level or (scopes.dimension = levels.dimension and levels.level_no = 1)
    left join {{ ref('int_member') }} as members
        on
            levels.dimension = members.dimension
            and scopes.member_key = members.member_key
            and scopes.dimension in (members.level, members.dimension)
)

select
    from_tiltak_key as entry,
    to_tiltak_key as leads_to
from links
where
    not coalesce(from_level = 'tiltak' and to_level = 'tiltak', false)
    or from_valid_to_date >= to_valid_from_date
    or from_valid_from_date >= to_valid_from_date
    or change_kind not in ('renamed', 'largely_replaced')
    -- A new name on the day after the old one and under the same code is the same measure.
    or (change_kind = 'renamed') <> coalesce(
        from_arena_code = to_arena_code
        and cast(from_valid_to_date + interval 1 day as date) = to_valid_from_date,
        false
    )
union all
select
    links.from_tiltak_key as entry,
    links.to_tiltak_key as leads_to
from links
left join breaks
    on
        links.to_valid_from_date = breaks.break_date
        and breaks.member_key in (links.from_tiltak_key, links.to_tiltak_key)
where links.change_kind = 'renamed'
group by links.from_tiltak_key, links.to_tiltak_key
having count(distinct breaks.member_key) <> 2
union all
select
    from_tiltak_key as entry,
    to_tiltak_key as leads_to
from chain_{{ longest_chain }}
union all
select
    break_key as entry,
    dimension as leads_to
from breaks
where
    dimension is null
    or known_dimension is null
    or (member_key is not null and known_member_key is null)
    or (member_key is null and row_count > 1)
    or day(break_date) <> 1
    or substr(break_key, length(break_key) - 3) <> cast(year(break_date) as string)
    or (
        known_dimension = 'tiltak'
        and not exists (
            select 1
            from bounds
            where
                breaks.break_date in (bounds.valid_from_date, bounds.end_date)
                and (breaks.member_key is null or breaks.member_key in (bounds.tiltak_key, bounds.parent_key))
        )
    )
