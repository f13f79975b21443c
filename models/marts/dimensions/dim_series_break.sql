with scopes as (
    select
        break_key,
        dimension || coalesce(' ' || member_key, '') as scope
    from {{ ref('series_break_scope') }}
)

select
    breaks.break_key,
    breaks.break_date,
    breaks.name,
    breaks.name_en,
    {{ joined_text('scopes.scope', '; ', 'scopes.scope') }} as scope,
    breaks.source
from {{ ref('series_break') }} as breaks
inner join scopes on breaks.break_key = scopes.break_key
group by breaks.break_key, breaks.break_date, breaks.name, breaks.name_en, breaks.source
