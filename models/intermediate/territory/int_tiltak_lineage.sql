-- One row per tiltak: the lineage of renamed and replaced measures it belongs to. A lineage is named after
-- its observed members that no observed member has followed.
with links as (
    select
        'lineage' as scope,
        from_tiltak_key,
        to_tiltak_key
    from {{ ref('tiltak_succession') }}
    union all
    select
        'lineage' as scope,
        tiltak_key as from_tiltak_key,
        tiltak_key as to_tiltak_key
    from {{ ref('tiltak') }}
    where level = 'tiltak'
),

components as (
    {{ connected_components('links', 'scope', 'from_tiltak_key', 'to_tiltak_key') }}
),

observed as (
    select distinct tiltak_key
    from {{ ref('int_newest_cell') }}
),

followed as (
    select distinct successions.from_tiltak_key as tiltak_key
    from {{ ref('tiltak_succession') }} as successions
    inner join observed on successions.to_tiltak_key = observed.tiltak_key
),

inexact as (
    select distinct components.component
    from {{ ref('tiltak_succession') }} as successions
    inner join components on successions.from_tiltak_key = components.node
    inner join observed as from_observed on successions.from_tiltak_key = from_observed.tiltak_key
    inner join observed as to_observed on successions.to_tiltak_key = to_observed.tiltak_key
    where successions.change_kind <> 'renamed'
),

named as (
    select
        components.component,
        {{ joined_text('measures.tiltak_key', '+', 'measures.sort_order') }} as lineage_key,
        {{ joined_text('measures.name', ' + ', 'measures.sort_order') }} as lineage_name,
        {{ joined_text('measures.name_en', ' + ', 'measures.sort_order') }} as lineage_name_en
    from components
    inner join observed on components.node = observed.tiltak_key
    inner join {{ ref('tiltak') }} as measures on components.node = measures.tiltak_key
    left join followed on components.node = followed.tiltak_key
    where followed.tiltak_key is null
    group by components.component
)

select
    components.node as tiltak_key,
    named.lineage_key,
    named.lineage_name,
    named.lineage_name_en,
    inexact.component is not null as has_inexact_link
from components
inner join named on components.component = named.component
left join inexact on components.component = inexact.component
