-- Fails for each printed county figure that reads differently, or is missing, on the structure of its month,
-- and for each figure there that is not printed.
with printed as (
    select
        facts.fact_key,
        facts.participants,
        facts.participants_min,
        facts.participants_max
    from {{ ref('fct_monthly_participants') }} as facts
    inner join {{ ref('int_member') }} as regions
        on regions.dimension = 'region' and facts.region_key = regions.member_key
    where
        regions.level = 'fylke'
        {% for dimension in dimension_names() if dimension not in ('hovedgruppe', 'tiltak', 'region') %}
        and facts.{{ dimension }}_key = '_T'
        {% endfor %}
),

returned as (
    select
        fact_key,
        participants,
        participants_min,
        participants_max
    from {{ ref('mart_participants_by_county_structure') }}
    where structure_key = printed_structure_key
)

select
    printed.fact_key as printed_fact_key,
    returned.fact_key as returned_fact_key
from printed
full outer join returned on printed.fact_key = returned.fact_key
where
    printed.fact_key is null
    or returned.fact_key is null
    or printed.participants_min <> returned.participants_min
    or printed.participants_max <> returned.participants_max
    or coalesce(printed.participants, -1) <> coalesce(returned.participants, -1)
