-- One row per row of a mart that adds up measures and cell it is made of.
with monthly as (
    select
        facts.*,
        nodes.level as tiltak_level
    from {{ ref('int_newest_cell') }} as facts
    inner join {{ ref('int_member') }} as nodes
        on nodes.dimension = 'tiltak' and facts.tiltak_key = nodes.member_key
    where facts.column_type = 'month'
),

-- A measure is a printed cell, or the sum over its labour-market statuses where none is printed.
measures as (
    select
        scoped.scope_tiltak_key,
        monthly.month_key,
        monthly.tiltak_key,
        monthly.tiltak_level,
        monthly.hovedgruppe_key,
        monthly.fact_key,
        monthly.participants_min,
        monthly.participants_max,
        max(case when monthly.hovedgruppe_key = '_T' then 1 else 0 end) over (
            partition by scoped.scope_tiltak_key, monthly.month_key, monthly.tiltak_key
        ) as has_printed_total
    from monthly
    inner join {{ ref('int_fact_scope') }} as scoped on monthly.fact_key = scoped.fact_key
    where
        monthly.tiltak_level in ('tiltak', 'tiltaksgruppe')
        {% for dimension in dimension_names() if dimension not in ('tiltak', 'hovedgruppe') %}
        and monthly.{{ dimension }}_key = '_T'
        {% endfor %}
),

incomplete as (
    {{ incomplete_sums() }}
),

measure_terms as (
    select
        measures.scope_tiltak_key,
        measures.month_key,
        measures.tiltak_key,
        measures.tiltak_level,
        measures.fact_key,
        measures.participants_min,
        measures.participants_max
    from measures
    left join incomplete
        on
            measures.month_key = incomplete.month_key
            and measures.scope_tiltak_key = incomplete.scope_tiltak_key
            and measures.tiltak_key = incomplete.tiltak_key
    where
        (measures.hovedgruppe_key = '_T') = (measures.has_printed_total = 1)
        and (measures.has_printed_total = 1 or incomplete.tiltak_key is null)
),

by_measure as (
    select
        'mart_participants_by_' || tiltak_level as relation_name,
        {{ joined_key(['scope_tiltak_key', 'month_key', 'tiltak_key']) }} as row_key,
        fact_key as part_key,
        fact_key,
        participants_min,
        participants_max,
        1 as share_min,
        1 as share_max
    from measure_terms
),

by_lineage as (
    select
        'mart_participants_by_tiltak_lineage' as relation_name,
        {{ joined_key(['terms.scope_tiltak_key', 'terms.month_key', 'lineages.lineage_key']) }} as row_key,
        terms.fact_key as part_key,
        terms.fact_key,
        terms.participants_min,
        terms.participants_max,
        1 as share_min,
        1 as share_max
    from measure_terms as terms
    inner join {{ ref('int_tiltak_lineage') }} as lineages on terms.tiltak_key = lineages.tiltak_key
    where terms.tiltak_level = 'tiltak'
)

select * from by_measure
union all
select * from by_lineage
