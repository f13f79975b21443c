-- One row per number of more than 100, or beside such a number: how it is to the nearer of the months beside
-- it.
with numbers as (
    select
        cells.report_id,
        cells.month_key,
        {{ divided_by(members_of('cells')) }} as series_key,
        cells.cell_id,
        cast(cells.participants as double) as figure
    from {{ ref('int_newest_cell') }} as cells
    where cells.column_type = 'month' and cells.participants > 0
),

compared as (
    select
        numbers.report_id,
        numbers.month_key,
        numbers.cell_id,
        numbers.series_key,
        numbers.figure,
        case
            when
                abs(ln(numbers.figure / coalesce(earlier.figure, later.figure)))
                < abs(ln(numbers.figure / coalesce(later.figure, earlier.figure)))
                then coalesce(earlier.figure, later.figure)
            else coalesce(later.figure, earlier.figure)
        end as beside
    from numbers
    {% for beside, step in [('earlier', '+'), ('later', '-')] %}
    left join numbers as {{ beside }}
        on
            numbers.report_id = {{ beside }}.report_id
            and numbers.series_key = {{ beside }}.series_key
            and numbers.month_key = {{ beside }}.month_key {{ step }} 1
    {% endfor %}
)

select
    'NEIGHBOUR_MONTHS' as plausibility_code,
    report_id,
    month_key,
    cast(null as integer) as table_no,
    cell_id,
    series_key as concerns,
    figure as seen,
    beside as expected,
    figure / beside as measured
from compared
where figure > 100 or beside > 100
