-- Fails for each symbol whose bounds are not those of its rule, and for each legend that does not show the
-- symbol, the limit and the law of its rule. A rule `BELOW_4` hides 0 to 3; a rule that hides nothing prints
-- blanks for nobody.
with symbols as (
    select
        suppression_rule,
        symbol_name,
        printed_text,
        value_status,
        participants_min,
        participants_max
    from {{ ref('symbol') }}
),

legends as (
    select
        legends.legend_label,
        legends.suppression_rule,
        instr(legends.legend_label, '«' || symbols.printed_text || '»') > 0
        and instr(legends.legend_label, ' ' || cast(symbols.participants_max + 1 as string) || ' ') > 0
        and instr(
            legends.legend_label, {{ normalise_label("substr(legends.law, instr(legends.law, '§'))") }}
        ) > 0 as is_explained
    from {{ ref('legend') }} as legends
    left join symbols
        on legends.suppression_rule = symbols.suppression_rule and symbols.value_status = 'suppressed'
)

select
    suppression_rule,
    symbol_name as found_in
from symbols
where
    not coalesce(
        (
            value_status = 'suppressed'
            and symbol_name = 'star'
            and printed_text is not null
            and participants_min = 0
            and suppression_rule = 'BELOW_' || cast(participants_max + 1 as string)
        )
        or (
            value_status = 'blank_zero'
            and symbol_name = 'blank'
            and printed_text is null
            and participants_min = 0
            and participants_max = 0
            and suppression_rule = 'NONE'
        ),
        false
    )
union all
select
    suppression_rule,
    legend_label as found_in
from legends
where not coalesce(is_explained, false)
union all
select
    rules.suppression_rule,
    'symbol' as found_in
from (
    select 'NONE' as suppression_rule
    union
    select suppression_rule
    from {{ ref('legend') }}
) as rules
left join symbols on rules.suppression_rule = symbols.suppression_rule
where symbols.suppression_rule is null
