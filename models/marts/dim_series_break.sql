select
    breaks.break_key,
    breaks.break_date,
    breaks.name,
    breaks.name_en,
    breaks.source,
    {{ joined_text("scopes.scope", '; ', 'scopes.scope') }} as scope
from {{ ref('series_break') }} as breaks
inner join (
    select
        break_key,
        dimension || coalesce(' ' || member_key, '') as scope
    from {{ ref('series_break_scope') }}
) as scopes on breaks.break_key = scopes.break_key
group by breaks.break_key, breaks.break_date, breaks.name, breaks.name_en, breaks.source
