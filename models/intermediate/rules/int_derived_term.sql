-- One row per row of a derived mart and cell it is made of, with the bounds that the printed rule gives for
-- the cell and the share of it that may count: what a reader could put together again.
{% for kind in ['county', 'measure'] %}
select
    relation_name,
    row_key,
    part_key,
    fact_key,
    participants_min,
    participants_max,
    share_min,
    share_max
from {{ ref('int_derived_term_' ~ kind) }}
{% if not loop.last %}union all{% endif %}

{% endfor %}
