-- The sets of county structures that a stable area may hold for: each pair of structures, and all of them.
with structures as (
    select
        structure_key,
        sort_order
    from {{ ref('int_county_structure') }}
),

pairs as (
    select
        earlier.structure_key || '/' || later.structure_key as comparison_key,
        earlier.structure_key as earlier_key,
        later.structure_key as later_key
    from structures as earlier
    inner join structures as later on earlier.sort_order < later.sort_order
)

select
    comparison_key,
    earlier_key as structure_key
from pairs
union all
select
    comparison_key,
    later_key as structure_key
from pairs
union all
select
    'all' as comparison_key,
    structure_key
from structures
