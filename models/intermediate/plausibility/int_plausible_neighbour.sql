-- One row per number of many people, or beside such a number: how it is to the nearer of the months beside
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
    compared.report_id,
    compared.month_key,
    cast(null as integer) as table_no,
    compared.cell_id,
    compared.series_key as concerns,
    compared.figure as seen,
    compared.beside as expected,
    compared.figure / compared.beside as measured
from compared
inner join {{ ref('plausibility') }} as bounds on bounds.plausibility_code = 'NEIGHBOUR_MONTHS'
where compared.figure >= bounds.smallest_figure or compared.beside >= bounds.smallest_figure
