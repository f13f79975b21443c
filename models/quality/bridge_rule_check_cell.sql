select
    check_key,
    term_role,
    cell_id,
    column_type as measure,
    fact_key
from {{ ref('int_rule_term') }}
