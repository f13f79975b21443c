-- Where do the series break, and what does each break concern?
select
    break_date,
    name,
    scope,
    source
from dim_series_break
order by break_date, break_key
