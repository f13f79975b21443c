with nodes as (
    select
        labelled.tiltak_key,
        labelled.level as tiltak_level,
        members.level_no as tiltak_level_no,
        labelled.name,
        labelled.name_en,
        labelled.parent_key,
        case labelled.level
            when 'tiltaksgruppe' then labelled.tiltak_key
            when 'tiltak' then labelled.parent_key
        end as tiltaksgruppe_key,
        labelled.arena_code,
        labelled.valid_from_date,
        labelled.valid_to_date,
        labelled.source,
        labelled.confidence,
        labelled.sort_order
    from {{ ref('tiltak') }} as labelled
    inner join {{ ref('int_member') }} as members
        on members.dimension = 'tiltak' and labelled.tiltak_key = members.member_key
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
    glossary.definition,
    glossary.definition_en,
    glossary.target_group,
    glossary.target_group_en,
    glossary.legal_basis,
    glossary.source as definition_source,
    nodes.sort_order
from nodes
left join {{ ref('glossary') }} as glossary
    on glossary.dimension = 'tiltak' and nodes.tiltak_key = glossary.member_key
left join nodes as parents on nodes.parent_key = parents.tiltak_key
left join nodes as groups on nodes.tiltaksgruppe_key = groups.tiltak_key
left join observed on nodes.tiltak_key = observed.tiltak_key
