-- One row per cell that takes part in a check: the whole, and each of its parts. A check is made for every
-- whole that a rule knows parts of; without a printed whole only its parts are here.
{% for kind in ['sum', 'mean', 'equality'] %}
select
    rule_code,
    check_key,
    part_level,
    term_role,
    column_type,
    whole_fact_key,
    report_id,
    month_key,
    fact_key,
    cell_id,
    participants_min,
    participants_max
from {{ ref('int_rule_term_' ~ kind) }}
{% if not loop.last %}union all{% endif %}

{% endfor %}
