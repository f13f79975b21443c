-- One row per edition and two of its months: how far they are to each other as the months beside them are,
-- from -1 (as if exchanged) to 1, over all figures. Of neighbours only the outer months count; at the edge of
-- an edition, where there is none, the middle of the two takes its place.
with bounds as (
    select
        noise,
        smallest_figure
    from {{ ref('plausibility') }}
    where plausibility_code = 'MONTHS_EXCHANGED'
),

numbers as (
    select
        plain.report_id,
        plain.month_key,
        plain.series_key,
        ln(plain.figure) as number
    from {{ ref('int_plain_cell') }} as plain
    cross join bounds
    where plain.figure >= bounds.smallest_figure
),

months as (
    select
        numbers.*,
        earlier.number as number_before,
        later.number as number_after,
        (coalesce(earlier.number, later.number) + coalesce(later.number, earlier.number)) / 2 as number_near
    from numbers
    {% for beside, step in [('earlier', '+'), ('later', '-')] %}
    left join numbers as {{ beside }}
        on
            numbers.report_id = {{ beside }}.report_id
            and numbers.month_key = {{ beside }}.month_key {{ step }} 1
            and numbers.series_key = {{ beside }}.series_key
    {% endfor %}
),

pairs as (
    select
        one.report_id,
        one.month_key,
        other.month_key as other_month_key,
        one.number,
        other.number as other_number,
        coalesce(
            case when one.month_key + 1 = other.month_key then one.number_before else one.number_near end,
            (one.number + other.number) / 2
        ) as beside,
        coalesce(
            case when one.month_key + 1 = other.month_key then other.number_after else other.number_near end,
            (one.number + other.number) / 2
        ) as other_beside
    from months as one
    inner join months as other
        on
            one.report_id = other.report_id
            and one.month_key < other.month_key
            and one.series_key = other.series_key
),

summed as (
    select
        pairs.report_id,
        pairs.month_key,
        pairs.other_month_key,
        avg(pairs.other_number - pairs.number) as printed_difference,
        avg(pairs.other_beside - pairs.beside) as known_difference,
        sum((pairs.other_number - pairs.number) * (pairs.other_beside - pairs.beside)) as together,
        sqrt(sum((pairs.other_number - pairs.number) * (pairs.other_number - pairs.number)))
        * sqrt(sum((pairs.other_beside - pairs.beside) * (pairs.other_beside - pairs.beside))) as most,
        count(*) * min(bounds.noise * bounds.noise) as noise
    from pairs
    cross join bounds
    group by pairs.report_id, pairs.month_key, pairs.other_month_key
)

select
    'MONTHS_EXCHANGED' as plausibility_code,
    report_id,
    month_key,
    cast(null as integer) as table_no,
    cast(null as string) as cell_id,
    'months ' || cast(month_key as string) || ' and ' || cast(other_month_key as string) as concerns,
    exp(printed_difference) as seen,
    exp(known_difference) as expected,
    together / (most + noise) as measured
from summed
