with labelled as (
    select
        '_T' as tiltak_key,
        name,
        name_en,
        cast(null as string) as arena_code,
        cast(null as date) as valid_from_date,
        cast(null as date) as valid_to_date,
        cast(null as string) as source,
        cast(null as string) as confidence,
        sort_order
    from {{ ref('hovedgruppe') }}
    where hovedgruppe_key = '_T'
    union all
    select
        tiltak_key,
        name,
        name_en,
        cast(null as string) as arena_code,
        cast(null as date) as valid_from_date,
        cast(null as date) as valid_to_date,
        cast(null as string) as source,
        cast(null as string) as confidence,
        sort_order * 100 as sort_order
    from {{ ref('tiltaksgruppe') }}
    union all
    select
        tiltak_key,
        name,
        name_en,
        arena_code,
        valid_from_date,
        valid_to_date,
        source,
        confidence,
        sort_order
    from {{ ref('tiltak') }}
),

nodes as (
    select
        labelled.tiltak_key,
        nodes.tiltak_level,
        nodes.tiltak_level_no,
        labelled.name,
        labelled.name_en,
        nodes.parent_key,
        case nodes.tiltak_level
            when 'tiltaksgruppe' then nodes.tiltak_key
            when 'tiltak' then nodes.parent_key
        end as tiltaksgruppe_key,
        labelled.arena_code,
        labelled.valid_from_date,
        labelled.valid_to_date,
        labelled.source,
        labelled.confidence,
        labelled.sort_order
    from labelled
    inner join {{ ref('int_tiltak_node') }} as nodes on labelled.tiltak_key = nodes.tiltak_key
),

observed as (
    select
        tiltak_key,
        min(month_key) as first_observed_month_key,
        max(month_key) as last_observed_month_key
    from {{ ref('int_newest_cell') }}
    where value_status <> 'blank_zero'
    group by tiltak_key
)

select
    nodes.tiltak_key,
    nodes.tiltak_level,
    nodes.tiltak_level_no,
    nodes.name,
    nodes.name_en,
    nodes.parent_key,
    parents.name as parent_name,
    parents.name_en as parent_name_en,
    nodes.tiltaksgruppe_key,
    groups.name as tiltaksgruppe_name,
    groups.name_en as tiltaksgruppe_name_en,
    nodes.arena_code,
    nodes.valid_from_date,
    nodes.valid_to_date,
    observed.first_observed_month_key,
    observed.last_observed_month_key,
    nodes.source,
    nodes.confidence,
    nodes.sort_order
from nodes
left join labelled as parents on nodes.parent_key = parents.tiltak_key
left join labelled as groups on nodes.tiltaksgruppe_key = groups.tiltak_key
left join observed on nodes.tiltak_key = observed.tiltak_key
