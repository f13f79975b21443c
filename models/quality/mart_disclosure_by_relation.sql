with derived as (
    select
        'mart_participants_by_county_structure' as relation_name,
        {{ joined_key(['structure_key', 'month_key', 'hovedgruppe_key', 'tiltak_key', 'region_key']) }}
            as row_key,
        participants_min,
        participants_max
    from {{ ref('mart_participants_by_county_structure') }}
    where derivation <> 'printed'
    union all
    select
        'mart_participants_by_stable_area' as relation_name,
        {{ joined_key(['comparison_key', 'stable_area_key', 'month_key', 'hovedgruppe_key', 'tiltak_key']) }}
            as row_key,
        participants_min,
        participants_max
    from {{ ref('mart_participants_by_stable_area') }}
    {% for level in ['tiltak', 'tiltaksgruppe'] %}
    union all
    select
        'mart_participants_by_{{ level }}' as relation_name,
        {{ joined_key(['scope_tiltak_key', 'month_key', 'tiltak_key']) }} as row_key,
        participants_min,
        participants_max
    from {{ ref('mart_participants_by_' ~ level) }}
    where derivation <> 'printed'
    {% endfor %}
    union all
    select
        'mart_participants_by_tiltak_lineage' as relation_name,
        {{ joined_key(['scope_tiltak_key', 'month_key', 'lineage_key']) }} as row_key,
        participants_min,
        participants_max
    from {{ ref('mart_participants_by_tiltak_lineage') }}
    where derivation <> 'printed'
),

allowed as (
    select
        relation_name,
        row_key,
        sum(participants_min * share_min) as sum_min,
        sum(participants_max * share_max) as sum_max
    from {{ ref('int_derived_term') }}
    group by relation_name, row_key
),

-- What the row leaves possible for each hidden cell in it, all other cells being anywhere in their bounds.
implied as (
    select
        derived.relation_name,
        derived.row_key,
        terms.fact_key,
        terms.participants_min,
        terms.participants_max,
        (derived.participants_min - allowed.sum_max) / nullif(terms.share_max, 0) + terms.participants_max
            as least_possible,
        (derived.participants_max - allowed.sum_min) / nullif(terms.share_min, 0) + terms.participants_min
            as most_possible
    from derived
    inner join allowed on derived.relation_name = allowed.relation_name and derived.row_key = allowed.row_key
    inner join {{ ref('int_derived_term') }} as terms
        on derived.relation_name = terms.relation_name and derived.row_key = terms.row_key
    where terms.fact_key is not null and terms.participants_min < terms.participants_max
)

select
    derived.relation_name,
    cast(count(distinct derived.row_key) as integer) as derived_row_count,
    cast(count(distinct case when implied.row_key is not null then derived.row_key end) as integer)
        as hidden_row_count,
    cast(count(distinct implied.fact_key) as integer) as hidden_count,
    cast(
        count(
            distinct case
                when
                    implied.least_possible > implied.participants_min
                    or implied.most_possible < implied.participants_max
                    then implied.fact_key
            end
        ) as integer
    ) as pinned_count
from derived
left join implied on derived.relation_name = implied.relation_name and derived.row_key = implied.row_key
group by derived.relation_name
