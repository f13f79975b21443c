-- One row per edition, month and thing measured of its whole population: its level against the nearest
-- edition on record, from month to month, and in July against the lowest month. Where no total is printed,
-- the figures that divide the population once take its place.
with totals as (
    select
        report_id,
        month_key,
        split_count,
        min(split_count) over (partition by report_id) as least_split_count,
        figure,
        reference_figure,
        is_hidden,
        cell_id
    from {{ ref('int_plain_cell') }}
),

months as (
    select
        report_id,
        month_key,
        case when min(split_count) = 0 then min(cell_id) end as cell_id,
        sum(figure) as figure,
        sum(case when reference_figure is not null then figure end) as compared_figure,
        sum(reference_figure) as reference_figure,
        sum(case when is_hidden and split_count = 0 then 1 else 0 end) as hidden_total_count
    from totals
    where split_count = least_split_count
    group by report_id, month_key
),

editions as (
    select
        report_id,
        min(figure) as lowest_figure,
        max(case when month_key % 100 = 6 then 1 else 0 end) as has_june,
        max(case when month_key % 100 = 8 then 1 else 0 end) as has_august
    from months
    group by report_id
)

select
    'LEVEL' as plausibility_code,
    report_id,
    month_key,
    cast(null as integer) as table_no,
    cell_id,
    'everybody' as concerns,
    compared_figure as seen,
    reference_figure as expected,
    compared_figure / reference_figure as measured
from months
where reference_figure > 0
union all
select
    'MONTH_TO_MONTH' as plausibility_code,
    later.report_id,
    later.month_key,
    cast(null as integer) as table_no,
    later.cell_id,
    'everybody' as concerns,
    later.figure as seen,
    earlier.figure as expected,
    later.figure / earlier.figure as measured
from months as later
inner join months as earlier
    on
        later.report_id = earlier.report_id
        and later.month_key = earlier.month_key + 1
        and earlier.figure > 0
union all
select
    'JULY_LOWEST' as plausibility_code,
    months.report_id,
    months.month_key,
    cast(null as integer) as table_no,
    months.cell_id,
    'everybody' as concerns,
    months.figure as seen,
    editions.lowest_figure as expected,
    months.figure / editions.lowest_figure as measured
from months
inner join editions
    on
        months.report_id = editions.report_id
        and editions.has_june = 1
        and editions.has_august = 1
        and editions.lowest_figure > 0
where months.month_key % 100 = 7
union all
select
    'TOTAL_HIDDEN' as plausibility_code,
    report_id,
    month_key,
    cast(null as integer) as table_no,
    cell_id,
    'everybody' as concerns,
    cast(hidden_total_count as double) as seen,
    cast(0 as double) as expected,
    cast(hidden_total_count as double) as measured
from months
