-- Fails for each printed number that the rule of its edition would have hidden: it must be a misreading.
select
    cell_values.cell_id,
    cell_values.printed_text,
    symbols.symbol_name
from {{ ref('int_cell_value') }} as cell_values
inner join {{ ref('symbol') }} as symbols on cell_values.suppression_rule = symbols.suppression_rule
where
    symbols.value_status = 'suppressed'
    and cell_values.participants between symbols.participants_min and symbols.participants_max
